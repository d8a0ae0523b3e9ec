# A dump out of the bucket into the service's container, by an address that opens this one object for an hour: so it does not
# matter whether the server has credentials, and whether they still open the bucket. What a cut run left is continued.
# Answers 4 where no passphrase opens it, 5 where it is damaged; after anything else it may come in another way.
part=/var/lib/petbase/restores/$service/$name.part
carried=$file.part
umask 077
tmp=$(mktemp -d)
tidy() {
  [ -z "${watching:-}" ] || kill "$watching" || :
  rm -rf "$tmp"
}
full() { rm -f "$part"; put_down; fail "the disk of the server is full. Look at: df --human-readable"; }
came() { stat -c %s "$part" 2>/dev/null || echo 0; }
watch() {
  while kill -0 "$$" 2>/dev/null; do
    sleep 1 3>&-
    step "@progress $(came)"
  done
}
# An earlier run may have ended while this one waited for its lock.
if beside test -e "$file" </dev/null; then exit 0; fi
watch 8>&- 9>&- &
watching=$!
# A connection that breaks is made again for as long as bytes come. The address is a secret: curl reads it on standard input.
at=-1
while [ "$(came)" -lt "$size" ] && [ "$(came)" -gt "$at" ]; do
  at=$(came)
  printf 'url = "%s"\n' "$url" | command curl --config - --globoff --silent --show-error --fail --continue-at "$at" --retry 2 \
    --connect-timeout 10 --speed-limit 1 --speed-time 60 --output "$part" 2>"$tmp/fetched" 3>&- 8>&- 9>&- || :
done
kill "$watching" || :
watching=
if grep -q '^curl: (23)' "$tmp/fetched" 2>/dev/null; then full; fi
if [ "$(came)" != "$size" ]; then
  [ "$(came)" -lt "$size" ] || rm -f "$part"
  fail "$(tail_of fetched)"
fi
given() { cat "$part"; }
wrong() { [ -e "$tmp/opening" ] && grep -q -i -e 'bad session key' -e 'bad passphrase' "$tmp/opened"; }
case $dump in *.gpg) need_image ;; esac
ENCRYPTION_KEY=$passphrase
fetched "$dump" || { wrong && [ -n "$other" ] && ENCRYPTION_KEY=$other && fetched "$dump"; } || {
  if grep -q -i -e 'no space left' -e 'wrote only' "$tmp/packed" 2>/dev/null; then full; fi
  put_down
  if wrong; then
    echo "no passphrase that is known opens it"
    exit 4
  fi
  rm -f "$part"
  if [ -e "$tmp/opening" ]; then echo "$dump cannot be decrypted: $(tail_of opened)"; else why "$dump"; fi
  exit 5
}
beside mv "$carried" "$file" </dev/null
rm -f "$part"
