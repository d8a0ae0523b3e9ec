# New credentials write something before they take the place of the old ones: until then dumps go on with those. A token that
# was made this minute may need a few seconds until the store knows it. What was written goes again, since a bucket that
# holds anything cannot be removed.
proof() {
  (
    export AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret_key" AWS_DEFAULT_REGION="$region"
    docker run --rm --log-driver none --interactive \
      --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION \
      --entrypoint aws "$image" --endpoint-url "$endpoint" s3 "$1" --only-show-errors "$2" ${3:+"$3"} 2>&1
  )
}
writes() { printf 'The stack %s may write here.\n' "$stack" | proof cp - "s3://$target/petbase-$service.txt"; }
proven() {
  tries=0
  until answer=$(writes); do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] ||
      fail "the store at $endpoint takes nothing for $target ($answer); the credentials of before, if any, were left as they were"
    sleep 3
  done
  proof rm "s3://$target/petbase-$service.txt" </dev/null || :
}
