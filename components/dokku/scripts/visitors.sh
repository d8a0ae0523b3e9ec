# Behind Cloudflare's proxy nginx sees Cloudflare's addresses. With this file, which all stacks of a server share while one
# of them asks for it, the apps see their visitors' (X-Forwarded-For, access logs).
file=/etc/nginx/conf.d/petbase-real-ip.conf
asked=/var/lib/petbase/real-ip
pending=/var/lib/petbase/pending/real-ip
others() { find "$asked" -type f ! -path "$asked/$stack" 2>/dev/null || :; }
taken() { nginx -t && { systemctl reload nginx || nginx -s reload; } && rm -f "$pending"; }
