pending=/var/lib/petbase/pending/updates
package unattended-upgrades
put "$updates_file" 644 "$updates_text"
if [ -e "$pending" ]; then
  step "security updates come by themselves; Docker and Dokku by the stack file"
  rm -f "$pending"
fi
