"""What runs the check, the drill and the copy: systemd's timers, which make up for what was missed; else cron.

The plugin's own schedule needs cron too, so a server without systemd still has that.
"""

from dataclasses import dataclass

from host.watch.limits import CHECK_SECONDS

UNITS = "/etc/systemd/system"
KINDS = ("check", "drill", "copy")

_SERVICE = """[Unit]
Description=Petbase: {what}
Wants=network-online.target
After=network-online.target docker.service
[Service]
Type=oneshot
ExecStart={line}
Nice=10
TimeoutStartSec={limit}
"""
# Persistent: what was missed while the server was down runs once it is up.
_TIMER = """[Unit]
Description=Petbase: {what}
[Timer]
OnCalendar={when}
Persistent=true
RandomizedDelaySec={delay}
[Install]
WantedBy=timers.target
"""
_WHAT = {
    "check": "are the server, its apps and the dumps of {service} well",
    "drill": "does the newest dump of {service} restore",
    "copy": "verified dumps of {service} to a second store",
}
_LIMIT = {"check": "1h", "drill": "12h", "copy": "12h"}
_DELAY = {"check": "0", "drill": "5min", "copy": "5min"}
_WHEN = {"check": f"*:0/{CHECK_SECONDS // 60}", "copy": "*:40"}
# As systemd.time(7) says of the same words.
_CRON = {"daily": "0 0 * * *", "weekly": "0 0 * * 1", "monthly": "0 0 1 * *"}
_CRON_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Units:
    """The units of one service. `drill` is the stack file's word; `paused`: no dump is test-restored.

    `copies`: verified dumps go to a second store. `drillable`: a dump may be test-restored when someone asks.
    """

    stack: str
    service: str
    drill: str
    paused: bool
    copies: bool = False
    drillable: bool = True

    @property
    def services(self) -> tuple[str, ...]:
        """What can be started by hand."""
        can = {"check": True, "drill": self.drillable, "copy": self.copies}
        return tuple(kind for kind in KINDS if can[kind])

    @property
    def kinds(self) -> tuple[str, ...]:
        """What runs by itself."""
        drills = self.drill != "never" and not self.paused
        runs = {"check": True, "drill": drills, "copy": self.copies and not self.paused}
        return tuple(kind for kind in KINDS if runs[kind])

    def line(self, kind: str) -> str:
        """The command of a unit."""
        return f"/usr/local/lib/petbase/{self.stack}/petbase-host {kind} run {self.service}"

    def name(self, kind: str) -> str:
        """The unit's name without its ending."""
        return unit_name(self.service, kind)

    def service_text(self, kind: str) -> str:
        """The .service file."""
        return _SERVICE.format(what=self._what(kind), line=self.line(kind), limit=_LIMIT[kind])

    def timer_text(self, kind: str) -> str:
        """The .timer file."""
        when = _WHEN.get(kind, self.drill)
        return _TIMER.format(what=self._what(kind), when=when, delay=_DELAY[kind])

    def crontab(self) -> str:
        """The same moments for cron; what a run prints is kept until the next one."""
        when = {"check": f"*/{CHECK_SECONDS // 60} * * * *", "drill": _CRON.get(self.drill, ""), "copy": "40 * * * *"}
        lines = [
            f"{when[kind]} root nice {self.line(kind)} >/run/petbase-{kind}-{self.service}.log 2>&1"
            for kind in self.kinds
        ]
        return "\n".join([_CRON_PATH, *lines, ""])

    def _what(self, kind: str) -> str:
        return _WHAT[kind].format(service=self.service)


def unit_name(service: str, kind: str) -> str:
    """The name of a unit without its ending."""
    return f"petbase-{kind}-{service}"


def crontab_path(service: str) -> str:
    """The file that cron reads."""
    return f"/etc/cron.d/petbase-{service}"
