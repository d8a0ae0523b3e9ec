# Words: memory=MB, cpu=CORES. Dokku answers 1 where none is set.
limit() { dokku resource:report "$app" "--resource-_default_.limit.$1" || :; }
for kind in $(without "$(set_here resources)" "$(printf '%s\n' "$resources" | sed 's/=[0-9.]*//g')"); do
  step "$app: no limit of $kind"
  changing
  dokku resource:limit "--$kind" clear "$app"
done
remember resources "$(printf '%s\n' "$resources" | sed 's/=[0-9.]*//g')"
for pair in $resources; do
  if [ "$(limit "${pair%%=*}")" != "${pair#*=}" ]; then
    step "$app: at most ${pair#*=} of ${pair%%=*}"
    changing
    dokku resource:limit "--${pair%%=*}" "${pair#*=}" "$app"
  fi
done
