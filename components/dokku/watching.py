"""What runs on the server by itself: the check of the dumps, the drill, and systemd's units for both; text only."""

from datetime import UTC, datetime, timedelta

from croniter import croniter

from components.config.spec import Backups
from components.dokku.lifecycle import DUMP_IMAGE, Noun
from components.dokku.shell import Script, line, script, session

_FOLDER = "/var/lib/petbase/watch"
_DAY = 86_400  # seconds
_INTERVALS = {"never": 0, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 31 * _DAY}
# As systemd.time(7) says of the same words.
_CRON = {"never": "", "daily": "0 0 * * *", "weekly": "0 0 * * 1", "monthly": "0 0 1 * *"}
# Any year will do, but always the same: a text that changed with the day would be sent again each day.
_A_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
# How late a dump may be: the time that dumping and uploading take, and some.
_GRACE, _SHORT_GRACE = 3_600, 900
_OFTEN = 7_200

_SERVICE = """[Unit]
Description=Petbase: {what}
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart=/var/lib/petbase/watch/{service}/{kind}
Nice=10
TimeoutStartSec={limit}"""

# Persistent: what was missed while the server was down runs once it is up.
_TIMER = """[Unit]
Description=Petbase: {what}
[Timer]
OnCalendar={when}
Persistent=true
RandomizedDelaySec={delay}
[Install]
WantedBy=timers.target"""


def watch(stack: str, service: str, spec: Backups, endpoint: str) -> Noun:
    """The check every 15 minutes and the drill as often as the stack file says. While backups are paused both files are
    there and neither timer is, since nothing can be fresh.

    On stdin comes the dead man's switch's URL; empty where there is none.
    """
    values = {"resource": f"watch.{service}", "stack": stack, "service": service}
    drills = spec.drill != "never" and not spec.paused
    here = {
        **values,
        "said": _said(spec),
        "check": check(service, spec, endpoint),
        "drill": drill(service, spec, endpoint),
        "check_service": _service(service, "check", limit="1h"),
        "check_timer": "" if spec.paused else _timer(service, "check", "*:0/15", delay="0"),
        "drill_service": _service(service, "drill", limit="12h"),
        "drill_timer": _timer(service, "drill", spec.drill, delay="5min") if drills else "",
        "crontab": "" if spec.paused else _crontab(service, spec.drill),
    }
    secrets = ("alert_url",)
    return Noun(
        script(
            f"the watch over the dumps of {service}",
            *("prelude", "marks", "files", "booted", "timers", "watch"),
            values=here,
            secrets=secrets,
        ),
        script(
            f"the watch over {service} goes",
            *("prelude", "marks", "booted", "watch_gone"),
            values=values,
            secrets=secrets,
        ),
    )


def check(service: str, spec: Backups, endpoint: str) -> str:
    """Whether the newest dump is young and readable, as a file of the server; pings the alarm."""
    values = {
        **_store(service, spec, endpoint),
        "schedule": spec.schedule,
        "max_age": str(max_age(spec.schedule)),
        "drill_interval": str(_INTERVALS[spec.drill]),
    }
    return _file(f"are the dumps of {service} young and readable?", "store", "unpack", "alarm", "check", values=values)


def drill(service: str, spec: Backups, endpoint: str) -> str:
    """A full restore of the newest dump into a database to throw away, as a file of the server; leaves evidence."""
    files = ("store", "unpack", "alarm", "carry", "scratch", "fingerprint", "verified", "drill")
    values = _store(service, spec, endpoint)
    return _file(f"does the newest dump of {service} restore?", *files, values=values)


def run(service: str, kind: str, *words: str) -> Script:
    """The server's own `check` or `drill`, by hand: what its timer runs."""
    path = f"{_FOLDER}/{service}/{kind}"
    missing = "there is none on this server yet; pulumi up brings it"
    return Script(f"[ -x {path} ] || {{ echo {line(missing)}; exit 1; }}\n{line(path, *words)}\n")


def read(service: str) -> Script:
    """What the last check found, as it wrote it down, and whether somebody is told."""
    folder = f"{_FOLDER}/{service}"
    return Script(f"cat {folder}/status.json && {{ [ ! -s {folder}/alert-url ] || echo told; }}\n")


def longest_gap(schedule: str) -> int:
    """Seconds between two runs of a cron expression that lie farthest apart."""
    runs = croniter(schedule, _A_YEAR)
    first = runs.get_next(datetime)
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    # One day that has runs tells what lies between the runs of each; what lies across a night, each midnight tells.
    seen, gap = first, timedelta()
    while (following := runs.get_next(datetime)) < day + timedelta(days=1):
        seen, gap = following, max(gap, following - seen)
    for night in range(366):
        midnight = _A_YEAR + timedelta(days=night)
        before = croniter(schedule, midnight + timedelta(seconds=1)).get_prev(datetime)
        after = croniter(schedule, before).get_next(datetime)
        gap = max(gap, after - before)
    return int(gap.total_seconds())


def max_age(schedule: str) -> int:
    """How old, in seconds, the newest dump may be before somebody is told."""
    gap = longest_gap(schedule)
    return gap + (_SHORT_GRACE if gap <= _OFTEN else _GRACE)


def _store(service: str, spec: Backups, endpoint: str) -> dict[str, str]:
    prefix = f"{spec.path}/" if spec.path else ""
    return {"service": service, "bucket": spec.bucket, "prefix": prefix, "endpoint": endpoint, "image": DUMP_IMAGE}


def _file(title: str, *files: str, values: dict[str, str]) -> str:
    return "#!/bin/sh\n" + session(title, "watched", *files, values=values).rstrip("\n")


def _service(service: str, kind: str, *, limit: str) -> str:
    return _SERVICE.format(what=_what(service, kind), service=service, kind=kind, limit=limit)


def _timer(service: str, kind: str, when: str, *, delay: str) -> str:
    return _TIMER.format(what=_what(service, kind), when=when, delay=delay)


def _crontab(service: str, drill: str) -> str:
    """The same moments for cron, whose own PATH is short; what a run says is kept until the next one."""
    lines = {"check": "*/15 * * * *", "drill": _CRON[drill]}
    runs = [
        f"{when} root nice {_FOLDER}/{service}/{kind} >/run/petbase-{kind}-{service}.log 2>&1"
        for kind, when in lines.items()
        if when
    ]
    return "\n".join(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", *runs])


def _what(service: str, kind: str) -> str:
    return {
        "check": f"are the dumps of {service} young and readable",
        "drill": f"does the newest dump of {service} restore",
    }[kind]


def _said(spec: Backups) -> str:
    if spec.paused:
        return "not watched while backups are paused"
    drilled = "never restored for practice" if spec.drill == "never" else f"restored for practice {spec.drill}"
    return f"looked after every 15 minutes, {drilled}"
