"""The machine under Dokku: systemd units, disk, memory."""
