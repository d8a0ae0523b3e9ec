"""The machine under Dokku: systemd units and the disk."""
