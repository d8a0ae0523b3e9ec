"""When files are backed up and drilled: by cron, as the plugin's own dumps, so that one expression means one thing.

No service's file of the health check can have this name (host/watch/units.py): theirs begin with petbase-.
"""

from pathlib import Path

from host.core import files
from host.core.host import Host

_DRILL = {"daily": "30 5 * * *", "weekly": "30 5 * * 1", "monthly": "30 5 1 * *"}
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def crontab(host: Host, service: str) -> Path:
    """The file that cron reads."""
    return host.path(f"/etc/cron.d/petbase_files-{service}")


def write_schedule(host: Host, service: str, schedule: str, drill: str, *, paused: bool) -> None:
    """Write it, or remove it while backups are paused."""
    if paused:
        remove_schedule(host, service)
        return
    when = {"run": schedule, **({"drill": _DRILL[drill]} if drill in _DRILL else {})}
    lines = [_line(host, service, verb, cron) for verb, cron in when.items()]
    files.write_if_changed(crontab(host, service), "\n".join([_PATH, *lines, ""]))


def remove_schedule(host: Host, service: str) -> None:
    """Nothing runs by itself any more."""
    crontab(host, service).unlink(missing_ok=True)


def _line(host: Host, service: str, verb: str, cron: str) -> str:
    program = f"/usr/local/lib/petbase/{host.stack}/petbase-host"
    return f"{cron} root nice {program} files {verb} {service} >/run/petbase-files-{verb}-{service}.log 2>&1"
