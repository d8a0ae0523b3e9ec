# Docker can be restarted without its containers, and their logs end somewhere.
pending=/var/lib/petbase/pending/docker
merged=$docker_text
leaves=$(docker_leaves)
if [ -n "$leaves" ]; then
  step "Docker: $leaves: left alone"
  merged=
elif [ -e "$docker_file" ] && [ "$(cat "$docker_file")" != "$docker_text" ]; then
  command -v jq >/dev/null || package jq
  merged=$(docker_merged) || fail "$docker_file cannot be read as JSON, so Docker was left as it is; correct it, or write server.harden: false"
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
  # A reload is a signal: systemctl is done before Docker has read the file.
  tries=0
  until [ "$(docker info --format '{{.LiveRestoreEnabled}}')" = true ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] ||
      fail "Docker did not take $docker_file; its containers were left running. On the server: journalctl --unit docker"
    sleep 0.5
  done
  rm -f "$pending"
fi
