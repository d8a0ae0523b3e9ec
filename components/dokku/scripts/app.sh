claim "apps/$app"
# Dokku gives one domain to two apps without a word, and then the alphabet decides which of them answers. Apps of one stack
# may swap theirs in any order (rules.py looks at the stack file); what others made keeps its own.
refuse_taken() {
  for domain in "$@"; do
    for other in $(grep -lxF -e "$domain" /home/dokku/*/VHOST | sed 's#.*/\(.*\)/VHOST#\1#' || :); do
      case "$other $(mark_of "apps/$other")" in
        "$app "* | "${was:-$app} "* | *" $stack") ;;
        *) fail "apps.$app.domains: \"$domain\" leads to the app $other, which is not of this stack; nothing was changed. Name another domain, or take it away there first: dokku domains:report $other" ;;
      esac
    done
  done
}
if app_exists "$app"; then
  case $(mark_of "apps/$app") in
    '') step "$app: was here already, stays"; mark "apps/$app" found ;;
    making*) mark "apps/$app" made ;;
  esac
else
  refuse_taken "$@"
  step "$app: creating"
  mark "apps/$app" making
  dokku apps:create "$app"
  mark "apps/$app" made
fi
# What was found keeps its names unless the stack file says some.
case "$named $(mark_of "apps/$app")" in "no found "*) exit 0 ;; esac
wanted=$(printf '%s\n' "$@" | sort)
names=$(dokku domains:report "$app" --domains-app-vhosts)
if [ "$(printf '%s\n' "$names" | tr ' ' '\n' | sort)" != "$wanted" ]; then
  refuse_taken "$@"
  step "$app: domains $*"
  dokku domains:set "$app" "$@"
fi
