# New credentials write something before they take the place of the old ones: until then dumps go on with those. A token that
# was made this minute "may take up to a minute to have permissions reflected globally" (R2's consistency model). What was
# written goes again, since a bucket that holds anything cannot be removed.
proof() {
  (
    export AWS_ACCESS_KEY_ID="$key_id" AWS_SECRET_ACCESS_KEY="$secret_key" AWS_DEFAULT_REGION="$region" AWS_MAX_ATTEMPTS=1
    docker run --rm --log-driver none --interactive \
      --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION --env AWS_MAX_ATTEMPTS \
      --entrypoint aws "$image" --endpoint-url "$endpoint" s3 "$1" --only-show-errors "$2" ${3:+"$3"} 2>&1
  )
}
writes() { printf 'The stack %s may write here.\n' "$stack" | proof cp - "s3://$target/petbase-$service.txt"; }
goes_again() { proof rm "s3://$target/petbase-$service.txt" </dev/null; }
# What answers and refuses is an error. A store that cannot be reached is one only where credentials of before go on working;
# it is asked less often, since each try may take a minute to say so.
proven() {
  tries=0
  until answer=$(writes); do
    tries=$((tries + 1))
    case $answer in
      *"Could not connect to the endpoint"* | *"Connect timeout on endpoint"*) reached=no limit=10 ;;
      *) reached=yes limit=25 ;;
    esac
    if [ "$tries" -ge "$limit" ]; then
      if [ "$known $reached" = "no no" ]; then
        step "$service: the store at $endpoint is not reached from here ($answer). No dump arrives until it is; try then: ./petbase backup"
        return
      fi
      fail "the store at $endpoint takes nothing for $target ($answer); the credentials of before, if any, were left as they were"
    fi
    sleep 3
  done
  goes_again || :
}
