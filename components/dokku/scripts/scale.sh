# Without --skip-deploy each changed type would be a deploy of its own; the one restart applies them all. A type that is no
# longer named goes back to what a new app has: one web, none of any other.
named=$(printf '%s\n' "$scale" | sed 's/=[0-9]*//g')
wanted="$scale $(without "$(set_here scale)" "$named" | sed 's/$/=0/; s/^web=0$/web=1/' | paste -s -d ' ')"
if [ "$wanted" != ' ' ]; then
  present=$(dokku --quiet ps:scale "$app") || fail "dokku ps:scale did not answer; nothing was changed"
  differing=$(without "$wanted" "$(printf '%s\n' "$present" | sed 's/: */=/' | paste -s -d ' ')")
  if [ -n "$differing" ]; then
    step "$app: scale $(printf '%s\n' "$differing" | paste -s -d ' ')"
    changing
    remember scale "$(printf '%s %s\n' "$named" "$(without "$(set_here scale)" "$named" | paste -s -d ' ')")"
    # shellcheck disable=SC2086
    dokku ps:scale --skip-deploy "$app" $differing
  fi
fi
remember scale "$named"
