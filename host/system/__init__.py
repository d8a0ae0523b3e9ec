"""The machine under Dokku: disk, memory, uptime, systemd."""
