# Why daemon.json is not ours to write, in words; nothing where it is. What stands in Docker's own unit, too, keeps it from
# starting.
docker_leaves() {
  if { systemctl cat docker.service; grep '^[^#]' /etc/default/docker; } 2>/dev/null </dev/null | grep -q -e '[ "=]--log-' -e '[ "=]--live-restore'; then
    echo "its unit or /etc/default/docker sets logs or live-restore"
  elif [ "$(docker info --format '{{.Swarm.LocalNodeState}}' </dev/null)" = active ]; then
    echo "a swarm excludes live-restore"
  fi
}
# daemon.json with what it lacks of ours, or nothing where it lacks none: what it says already stays said, and log options come
# only beside the log driver that knows them.
docker_merged() {
  jq --argjson ours "$docker_text" '
    (if (."log-driver" // "json-file") == "json-file" then $ours * . else . end | ."live-restore" = true) as $merged
    | if . == $merged then empty else $merged end' "$docker_file"
}
