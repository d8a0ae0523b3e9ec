"""A stand-in for the part of systemd that runs things by the clock: timers, oneshot services, systemctl, journalctl.

Known: unit files in /etc/systemd/system, OnCalendar=, Persistent=, RandomizedDelaySec=, services that run and end
(oneshot, simple), enable and disable, what `daemon-reload` is for. Not known: dependencies between units, drop-ins,
templates, monotonic timers, users other than root; a unit that asks for one of these is refused, not half obeyed.
Texts and exit codes are those of systemd 252 (Debian 12).
"""
