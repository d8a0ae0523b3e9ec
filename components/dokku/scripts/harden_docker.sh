# Docker can be restarted without its containers, and their logs end somewhere. What daemon.json says already stays said:
# these are merged into it, log options only beside the log driver that knows them.
pending=/var/lib/petbase/pending/docker
merged=$docker_text
# What stands in both places keeps Docker from starting.
flags=$({ systemctl cat docker.service; grep '^[^#]' /etc/default/docker; } 2>/dev/null | grep -e '[ "=]--log-' -e '[ "=]--live-restore' || :)
if [ -n "$flags" ]; then
  step "Docker: its unit or /etc/default/docker sets logs or live-restore: left alone"
  merged=
elif [ "$(docker info --format '{{.Swarm.LocalNodeState}}')" = active ]; then
  step "Docker: a swarm excludes live-restore: left alone"
  merged=
elif [ -e "$docker_file" ] && [ "$(cat "$docker_file")" != "$docker_text" ]; then
  command -v jq >/dev/null || package jq
  merged=$(jq --argjson ours "$docker_text" '
    (if (."log-driver" // "json-file") == "json-file" then $ours * . else . end | ."live-restore" = true) as $merged
    | if . == $merged then empty else $merged end' "$docker_file") ||
    fail "$docker_file cannot be read as JSON, so Docker was left as it is; correct it, or write server.harden: false"
fi
if [ -n "$merged" ]; then put "$docker_file" 644 "$merged"; fi
if [ -e "$pending" ]; then
  if [ -n "$(docker ps --quiet)" ]; then
    step "Docker: live-restore; log rotation for containers that are made after Docker's next start"
    systemctl reload docker
  else
    step "Docker: live-restore, log rotation"
    systemctl restart docker
  fi
  [ "$(docker info --format '{{.LiveRestoreEnabled}}')" = true ] ||
    fail "Docker did not take $docker_file; its containers were left running. On the server: journalctl --unit docker"
  rm -f "$pending"
fi
