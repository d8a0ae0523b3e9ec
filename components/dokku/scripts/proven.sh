# New credentials write something before they take the place of the old ones: until then dumps go on with those. A token that
# was made this minute may need a few seconds until the store knows it.
writes() {
  (
    export AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret_key" AWS_DEFAULT_REGION="$region"
    printf 'The stack %s may write here.\n' "$stack" |
      docker run --rm --log-driver none --interactive \
        --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION \
        --entrypoint aws "$image" --endpoint-url "$endpoint" s3 cp --only-show-errors - "s3://$target/petbase-$service.txt" 2>&1
  )
}
proven() {
  tries=0
  until answer=$(writes); do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] ||
      fail "the store at $endpoint takes nothing for $target ($answer); the credentials of before, if any, were left as they were"
    sleep 3
  done
}
