# What a restore leaves behind, however it ends: nothing but what it was asked for. After a failure the dump that was sent
# stays, so that the next try need not send it again; but on a full disk it goes first: no session begins before there is
# room for a few pages (seen).
now=$(date -u '+%Y-%m-%d %H:%M:%S')
from=$(printf %s "$dump" | sed "s/'/''/g")
made=
own=/tmp/petbase_restore
carried=$own
tidy() {
  { [ "$rc" != 0 ] && [ "$carried" = "${file:-}" ] && ! tight; } || put_down || :
  release
  [ -z "${watching:-}" ] || kill "$watching" || :
  [ -z "$made" ] || drop_scratch "$made" || :
  rm -f "$log".*
}
# At once and by the host alone: a PostgreSQL that its full disk has ended begins anew within a moment, and needs room for it.
tight() { [ "$(df -P -k "$root/data" | awk 'NR == 2 { print $4 }')" -lt 65536 ]; }
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
