# What a drill verified is copied to verified/, which no lifecycle rule touches: so that keep-days of silent failures leave the
# newest good dump where it is. Kept are 7 days, 4 weeks and 6 months, each by its newest; who calls this has copied one.
# One CopyObject carries 5 GB at most.
copied() {
  held_there=$(dumps_under "${prefix}verified/") || return 1
  # What lies there under the same name may be something else. The ETag of a copy is another one where it came in parts.
  ! printf '%s\n' "$held_there" | awk -F '\t' -v name="$1" -v bytes="$bytes" -v etag="$etag" '
    $1 == name && $2 == bytes && ($3 == etag || $3 etag ~ /-/) { same = 1 } END { exit !same }' || return 0
  if [ "$bytes" -le 5000000000 ]; then
    store s3api copy-object --bucket "$bucket" --copy-source "$bucket/$prefix$1" --key "${prefix}verified/$1"
  else
    store s3 cp --only-show-errors --copy-props none "s3://$bucket/$prefix$1" "s3://$bucket/${prefix}verified/$1"
  fi </dev/null >/dev/null 2>"$tmp/said"
}
# Dumps on standard input, oldest first; out come the names of those that no day, week or month needs.
superfluous() {
  days=0 weeks=0 months=0 day='' week='' month=''
  tac | while read -r verified _ _ moment; do
    needed=no
    # One day has one place, however many dumps of it were verified; its newest comes first.
    if [ "$(date --utc --date "$moment" +%F)" != "$day" ]; then
      day=$(date --utc --date "$moment" +%F)
      days=$((days + 1))
      [ "$days" -gt 7 ] || needed=yes
    fi
    if [ "$(date --utc --date "$moment" +%G-%V)" != "$week" ]; then
      week=$(date --utc --date "$moment" +%G-%V)
      weeks=$((weeks + 1))
      [ "$weeks" -gt 4 ] || needed=yes
    fi
    if [ "$(date --utc --date "$moment" +%Y-%m)" != "$month" ]; then
      month=$(date --utc --date "$moment" +%Y-%m)
      months=$((months + 1))
      [ "$months" -gt 6 ] || needed=yes
    fi
    [ "$needed" = yes ] || printf '%s\n' "$verified"
  done
}
# What a lock holds stays, and is asked for again next time.
pruned() {
  held_there=$(dumps_under "${prefix}verified/") || return 0
  for old in $(printf '%s\n' "$held_there" | superfluous); do
    if store s3api delete-object --bucket "$bucket" --key "${prefix}verified/$old" </dev/null >/dev/null 2>"$tmp/said"; then
      step "verified/$old goes; newer ones count for its day, week and month"
    elif grep -q ObjectLocked "$tmp/said"; then
      step "verified/$old is locked; it goes once it is not, since newer ones count for its day, week and month"
    else
      step "verified/$old stays: $(tail_of said)"
    fi
  done
}
