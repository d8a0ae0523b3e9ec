# The bucket, by the image that makes the dumps and with the plugin's own credentials: by name in every word, so that no
# process list shows one. Docker would also write what a container says to the server's disk, and here that is a whole dump.
# `prefix` is the path in the bucket with its slash, or nothing.
held=/var/lib/dokku/services/postgres/$service/backup
kept() { cat "$held/$1" 2>/dev/null || :; }
AWS_ACCESS_KEY_ID=$(kept AWS_ACCESS_KEY_ID)
AWS_SECRET_ACCESS_KEY=$(kept AWS_SECRET_ACCESS_KEY)
AWS_DEFAULT_REGION=$(kept AWS_DEFAULT_REGION)
ENCRYPTION_KEY=$(cat "$held-encryption/ENCRYPTION_KEY" 2>/dev/null || :)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION ENCRYPTION_KEY
store() {
  docker run --rm --log-driver none --interactive --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION \
    --entrypoint aws "$image" --endpoint-url "$endpoint" "$@"
}
# The end of what a program said into a file of "$tmp", on one line.
tail_of() { tail -n 3 "$tmp/$1" 2>/dev/null | tr '\n\t' '  ' | sed 's#://[^ ]*@#://***@#g; s/^ *//; s/ *$//'; }
# Why the store cannot even be asked, in words; nothing where it can.
unready() {
  if [ -z "$AWS_ACCESS_KEY_ID" ]; then
    echo "this server has no credentials for the bucket; raise generation in the stack file and run pulumi up"
  elif ! known=$(docker image inspect "$image" 2>&1 >/dev/null); then
    echo "Docker does not show the image $image, and dumps fail without it too ($known); raise generation in the stack file and run pulumi up"
  fi
}
# Dumps of this service under a prefix, oldest first: name, bytes, ETag, moment (UTC). `db` must not find those of `db-staging`.
# The moment is the one in the name, but never a later one than when the store took it: made while the server's clock ran
# ahead, a dump would be the newest for as long, and nobody would miss those that follow.
dumps_under() {
  store s3api list-objects-v2 --bucket "$bucket" --prefix "$1postgres-$service-" --query 'Contents[].[Key,Size,ETag,LastModified]' \
    --output text </dev/null >"$tmp/listed" 2>"$tmp/said" || return 1
  tr -d '"' <"$tmp/listed" | sed "s#^$1##" |
    grep -E "^postgres-$service-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.tgz(\.gpg)?[[:space:]]" |
    awk -F '\t' -v OFS='\t' -v before="postgres-$service-" '{
      named = substr($1, length(before) + 1, 19)
      named = substr(named, 1, 10) "T" substr(named, 12, 2) ":" substr(named, 15, 2) ":" substr(named, 18)
      taken = substr($4, 1, 19)
      print $1, $2, $3, (named > taken ? taken : named) "Z"
    }' | sort -k 4,4 -k 1,1 || :
}
