# Keys only. Whatever is wrong, sshd runs on with what it has: it is asked before a reload, and a file that it refuses
# becomes what it was.
pending=/var/lib/petbase/pending/ssh
sshd -t || fail "sshd refuses its own configuration, so nothing was changed there and it was not reloaded. On the server: sshd -t"
was=$(cat "$sshd_file" 2>/dev/null || :)
put "$sshd_file" 644 "$sshd_text"
if [ -e "$pending" ]; then
  if ! sshd -t; then
    if [ -n "$was" ]; then put "$sshd_file" 644 "$was"; else rm -f "$sshd_file"; fi
    rm -f "$pending"
    fail "sshd refuses $sshd_file, which was taken back; it runs as before. Write server.harden: false"
  fi
  step "SSH takes keys only"
  systemctl try-reload-or-restart ssh
  rm -f "$pending"
fi
# The address is nobody's (RFC 5737): what a Match block says of some people or places is meant.
sshd -T -C user=root,host=localhost,addr=192.0.2.1 | grep -qx 'passwordauthentication no' ||
  fail "sshd still takes passwords: another file sets PasswordAuthentication before $sshd_file. On the server: grep --recursive --ignore-case PasswordAuthentication /etc/ssh"
