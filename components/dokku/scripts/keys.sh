# Words: a fingerprint, a name and a key each. They open `git push`, and root where the server is this stack's own.
listed=$(dokku ssh-keys:list) || listed=
wanted=
block=
while [ $# -gt 0 ]; do
  wanted="$wanted $1 "
  block="$block$3
"
  if ! printf '%s\n' "$listed" | grep -qF -e "$1 "; then
    step "key $2 may push"
    printf '%s\n' "$3" | feed ssh-keys:add "$2"
  fi
  shift 3
done
printf '%s\n' "$listed" | sed -n "s/^\(SHA256:[^ ]*\) NAME=\"\(${prefix}[0-9a-f]\{8\}\)\".*/\1 \2/p" | while read -r fingerprint name; do
  case $wanted in
    *" $fingerprint "*) ;;
    *) step "key $name may no longer push"; dokku ssh-keys:remove "$name" ;;
  esac
done
if [ "$root_keys" = yes ]; then
  file=/root/.ssh/authorized_keys
  { sed "\|^# petbase begin $stack\$|,\|^# petbase end $stack\$|d" "$file"; printf '# petbase begin %s\n%s# petbase end %s\n' "$stack" "$block" "$stack"; } >"$file.new"
  if cmp -s "$file" "$file.new"; then rm "$file.new"; else chmod 600 "$file.new"; mv "$file.new" "$file"; fi
fi
step "Dokku $running is ready"
