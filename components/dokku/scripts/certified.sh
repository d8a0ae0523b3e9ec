# The mark of a certificate begins with the digest of what was put there, with "making" while at it, with "letsencrypt" where
# the plugin renews it. Whatever else an app shows was found, or put there by somebody since.
claim "apps/$app"
claim "certificates/$app"
held=$(mark_of "certificates/$app")
held=${held%% *}
digest() { sha256sum | cut -d ' ' -f 1; }
shown() { if [ "$(dokku certs:report "$app" --ssl-enabled)" = true ]; then dokku certs:show "$app" crt | digest; fi; }
is_ours() { case $held in making | letsencrypt) return 0 ;; *) [ "$held" = "$1" ] ;; esac; }
