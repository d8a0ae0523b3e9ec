# Absent is not broken: before any "does it exist?" Dokku must have answered, or a sick host would look like an empty one.
dokku --quiet apps:list >/dev/null || fail "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list"
app_exists() {
  asked=0
  dokku apps:exists "$1" || asked=$?
  case $asked in
    0) return 0 ;;
    20) return 1 ;;
    *) fail "dokku apps:exists $1 answered $asked; nothing was changed" ;;
  esac
}
service_exists() {
  services=$(dokku --quiet postgres:list) || fail "the plugin does not answer (dokku postgres:list); nothing was changed"
  printf '%s\n' "$services" | grep -qxF -e "$1"
}
