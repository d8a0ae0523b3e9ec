settled "$made"
taken_along "$made" || stays "what the dump does not know could not be taken along"
given "$made"
step "$service: changing places; sessions end, and whoever connects finds the restored data"
swap_database "$made" || stays "the databases could not change places"
printf '@old %s\n' "$old" >&3
