pending=/var/lib/petbase/pending/journal
put "$journal_file" 644 "$journal_text"
if [ -e "$pending" ]; then
  step "the journal has a limit"
  systemctl restart systemd-journald
  rm -f "$pending"
fi
