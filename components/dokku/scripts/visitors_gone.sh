rm -f "$asked/$stack"
if [ -e "$file" ] && [ -z "$(others)" ]; then
  step "nothing is proxied any more: nginx takes addresses as they come"
  mkdir -p "${pending%/*}"
  rm -f "$file"
  taken || fail "nginx refuses its configuration, and was not reloaded. Look at: nginx -t"
fi
