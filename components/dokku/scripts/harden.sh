booted || { step "no systemd runs this server, so it is not hardened"; exit 0; }
