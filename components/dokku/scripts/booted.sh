# sd_booted(3). In a container systemctl may be there and start nothing.
booted() { [ -d /run/systemd/system ]; }
