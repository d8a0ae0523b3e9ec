# One dump out of the bucket: fetched, decrypted where its name says so, unpacked, in one go and without a file between.
# A pipe answers as its last part does, so the others leave a mark where they failed; each reads to the end, or the one
# before it would be blamed for a broken pipe.
decrypted() {
  rc=0
  docker run --rm --log-driver none --interactive --env ENCRYPTION_KEY --entrypoint sh "$image" -c 'exec gpg --batch --no-tty --quiet \
--pinentry-mode loopback --passphrase-fd 3 --decrypt 3<<PASSPHRASE
$ENCRYPTION_KEY
PASSPHRASE' || rc=$?
  cat >/dev/null
  return "$rc"
}
given() { store s3 cp --no-progress "s3://$bucket/$prefix$1" - </dev/null; }
# unpacked NAME: the inner export on standard output. Answers 1 where anything failed; `why` then says it.
unpacked() {
  rm -f "$tmp/fetching" "$tmp/opening"
  rc=0
  { given "$1" 2>"$tmp/fetched" || : >"$tmp/fetching"; } |
    case $1 in
      *.gpg) decrypted 2>"$tmp/opened" || : >"$tmp/opening" ;;
      *) cat ;;
    esac | { tar --extract --gzip --to-stdout backup/export 2>"$tmp/packed" || rc=1; cat >/dev/null; exit "$rc"; } || rc=1
  [ "$rc" = 0 ] && [ ! -e "$tmp/fetching" ] && [ ! -e "$tmp/opening" ]
}
# fetched NAME: the inner export as $carried (scratch.sh).
fetched() {
  rm -f "$tmp/damaged"
  { unpacked "$1" || : >"$tmp/damaged"; } | carry 2>>"$tmp/packed" && [ ! -e "$tmp/damaged" ]
}
why() {
  if [ -e "$tmp/fetching" ]; then
    echo "$1 cannot be fetched: $(tail_of fetched)"
  elif [ -e "$tmp/opening" ] && [ -z "$ENCRYPTION_KEY" ]; then
    echo "$1 is encrypted, and this server has no passphrase"
  elif [ -e "$tmp/opening" ]; then
    echo "$1 cannot be decrypted with the passphrase of this server ($(tail_of opened)): made with another one, or damaged. After a change of passphrase: ./petbase backup"
  elif grep -q -e 'No space left' -e 'Wrote only' "$tmp/packed"; then
    echo "the disk filled up while $1 was unpacked. Look at: df --human-readable"
  else
    echo "$1 is damaged: $(tail_of packed)"
  fi
}
