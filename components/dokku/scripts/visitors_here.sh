command -v nginx >/dev/null || { step "no nginx here: apps see Cloudflare's addresses in place of their visitors'"; exit 0; }
own=$(grep --recursive --files-with-matches real_ip_header /etc/nginx | grep -vxF -e "$file" | head -n 1 || :)
if [ -n "$own" ]; then
  step "$own says real_ip_header already, so visitors' addresses stay as they are"
  exit 0
fi
mkdir -p "$asked/${stack%/*}"
: >"$asked/$stack"
put "$file" 644 "$conf"
if [ -e "$pending" ]; then
  step "apps see their visitors' addresses, not Cloudflare's"
  if ! taken; then
    rm -f "$file" "$pending"
    fail "nginx does not take $file, which was taken away again; it runs on as it was. Look at: nginx -t"
  fi
fi
