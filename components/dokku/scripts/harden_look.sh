# What is no longer as the hardening made it, as it counts now and not only as it is written: lines of `drift WHAT MORE`.
# Needs the values of hardening.py, and look.sh's words.
hardening_lost() {
  tell "hardened asked"
  as_written "$sshd_file" "$sshd_text"
  as_written "$updates_file" "$updates_text"
  as_written "$metadata_file" "$metadata_text"
  as_written "$metadata_unit_file" "$metadata_unit_text"
  as_written "$journal_file" "$journal_text"
  # The address is nobody's, as in harden_ssh.sh.
  counts=$(sshd -T -C user=root,host=localhost,addr=192.0.2.1 2>/dev/null </dev/null) || counts=
  printf '%s\n' "$sshd_text" | tr '[:upper:]' '[:lower:]' | while read -r name value; do
    now=$(printf '%s\n' "$counts" | sed -n "s/^$name //p")
    [ "$now" = "$value" ] || tell "drift sshd $name ${now:-unknown} $value"
  done
  nft list table inet petbase_metadata 2>/dev/null </dev/null | grep -qF '169.254.169.254 drop' || tell "drift metadata"
  package_here unattended-upgrades || tell "drift package unattended-upgrades"
  if [ -z "$(docker_leaves)" ]; then
    docker_has_ours || tell "drift file $docker_file"
    [ "$(docker info --format '{{.LiveRestoreEnabled}}' </dev/null)" = true ] || tell "drift docker"
  fi
}
as_written() { [ "$(cat "$1" 2>/dev/null)" = "$2" ] || tell "drift file $1"; }
docker_has_ours() {
  [ "$(cat "$docker_file" 2>/dev/null)" = "$docker_text" ] || { command -v jq >/dev/null && merged=$(docker_merged 2>/dev/null) && [ -z "$merged" ]; }
}
