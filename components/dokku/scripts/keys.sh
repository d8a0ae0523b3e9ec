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
# Dokku knows a key once, so two stacks with the same person share it, under the name that the first gave it. What each
# asks for is written down, and a key goes when it was this stack's and none asks for it any more.
asked=/var/lib/petbase/keys/$stack
mkdir -p "${asked%/*}"
before=$(tr '\n' ' ' 2>/dev/null <"$asked" || :)
others=$(find /var/lib/petbase/keys -type f ! -path "$asked" -exec cat {} + | tr '\n' ' ')
printf '%s\n' "$listed" | sed -n 's/^\(SHA256:[^ ]*\) NAME="\(petbase-[^"]*\)".*/\1 \2/p' | while read -r fingerprint name; do
  case " $wanted $others " in *" $fingerprint "*) continue ;; esac
  case "$name $before" in
    "$prefix"????????" "* | *" $fingerprint "*) step "key $name may no longer push"; dokku ssh-keys:remove "$name" ;;
  esac
done
printf '%s\n' "$wanted" | tr -s ' ' '\n' >"$asked"
file=/root/.ssh/authorized_keys
# Where a user with sudo sets up a server, root may never have had any.
if [ "$root_keys" = yes ] && [ ! -e "$file" ]; then (umask 077 && mkdir -p "${file%/*}" && : >"$file"); fi
if [ "$root_keys" = yes ] || grep -qxF -e "# petbase begin $stack" "$file"; then
  { awk -v begin="# petbase begin $stack" -v end="# petbase end $stack" '$0 == begin { own = 1 } !own; $0 == end { own = 0 }' "$file"
    printf '# petbase begin %s\n%s# petbase end %s\n' "$stack" "$block" "$stack"; } >"$file.new"
  if cmp -s "$file" "$file.new"; then rm "$file.new"; else chmod 600 "$file.new"; mv "$file.new" "$file"; fi
fi
step "Dokku $running is ready"
