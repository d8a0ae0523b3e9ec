# What a restore leaves behind, however it ends: nothing but what it was asked for. The dump stays on the server after a
# failure, so that the next try does not send it again.
now=$(date -u '+%Y-%m-%d %H:%M:%S')
from=$(printf %s "$dump" | sed "s/'/''/g")
made=
carried=/tmp/petbase_restore
trap 'rc=$?; tidy 2>/dev/null; [ "$rc" = 0 ] || tail -n 40 "$log" | sed "s#://[^ ]*@#://***@#g" >&3; rm -f "$log"; exit "$rc"' EXIT
tidy() {
  release
  [ -z "${watching:-}" ] || kill "$watching" || :
  put_down || :
  [ -z "$made" ] || drop_scratch "$made" || :
  rm -f "$log".*
  [ "$rc" != 0 ] || [ -z "${file:-}" ] || rm -f "$file"
}
# What the program reads, not people; whoever listened may be gone.
tell() { printf '@%s\n' "$*" >&3 || :; }
stays() { fail "$*; $service is as it was"; }
# settled NAME: everything there as the live database has it: settings, grants, owners, statistics.
settled() {
  settled_like_live "$1" || stays "the settings of $database could not be copied"
  step "$service: giving every object to its app's role"
  given "$1"
  echo 'ANALYZE;' | inside "$1" || stays "the restored data could not be read through"
}
given() { (database=$1; owners) | inside "$1" || stays "the owners could not be put right"; }
