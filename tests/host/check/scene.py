"""A server on which all is well, for one health check: what a fault changes of it, and who hears what of that.

The commands are recorded (tests/host/recorder.py): everything that the check is told comes from here.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from host.backup.watch import EnsureWatch
from host.check.history import Point
from host.check.run import RunCheck
from host.core.errors import HostError
from host.dumps.credentials import passphrase_digest
from host.server.hardening.steps import harden
from tests.host.recorder import ByInput, Known, Recorder
from tests.host.server.test_hardening import HARD

SWITCH, PHONE = "https://hc-ping.com/5w1tch", "https://example.com/ph0ne"
FOLDER = "/var/lib/petbase/services/db/watch"
SCHEDULE = "/etc/cron.d/dokku-postgres-db"
LINE = "0 3 * * * dokku /usr/bin/dokku postgres:backup db dumps \n"
STAMPS = "/var/lib/apt/periodic"
UPDATES_LOG = "/var/log/unattended-upgrades/unattended-upgrades.log"
WATCH = EnsureWatch(
    "db",
    bucket="dumps",
    endpoint="https://store",
    schedule="0 3 * * *",
    max_age=90_000,
    hardened=True,
    keep_days=35,
    path={"fruits": "/healthz"},
    channel={"phone": "webhook"},
)
_APPS = {"fruits": ("c1", "fruits.example.com"), "shop": ("c2", "shop.example.com")}
_DAY = 86_400
_QUARTER = 900
GIB = 1 << 30


@dataclass
class Scene:
    """`answers` are what programs say, `sessions` and `locks` what PostgreSQL says of them; `free` and `inodes` are
    what is left of 100 on the disk, `free` of GiB.
    """

    root: Path
    answers: dict[str, Known] = field(default_factory=dict)
    sessions: dict[str, Any] = field(
        default_factory=lambda: {"used": 3, "most": 100, "idle": [], "blockers": [], "dumps": []}
    )
    locks: dict[str, int] = field(default_factory=lambda: {"tables": 6400, "room": 6400, "setting": 128})
    free: float = 60
    inodes: int = 60
    read_only: bool = False
    heard: list[tuple[str, str]] = field(default_factory=list)
    """Addresses, and what was posted there, of the last check."""

    def __post_init__(self) -> None:
        self.server = Recorder(self.root)
        self.now = int(self.server.now)
        self._machine()
        self._apps()
        self._backups()
        self.server.run(WATCH, secrets={"alert_url": SWITCH, "channels": json.dumps({"phone": PHONE})})
        self.note("since", at=self.now - 30 * _DAY)
        self.note("drilled", at=self.now - _DAY)
        self.server.part(harden, HARD)

    def _machine(self) -> None:
        self.put("/run/systemd/system/x", "")
        self.server.file("/etc").mkdir()
        self.put("/proc/uptime", f"{30 * _DAY}.00 1.00")
        self.memory(50)
        self.put("/etc/apt/apt.conf.d/20auto-upgrades", 'APT::Periodic::Unattended-Upgrade "1";', days=90)
        for stamp in ("update-stamp", "upgrade-stamp"):
            self.put(f"{STAMPS}/{stamp}", "", days=1)
        self.put(UPDATES_LOG, "2026-11-17 06:00:00,000 INFO Starting unattended upgrades script\n")
        self.put("/proc/vmstat", "nr_free_pages 9000\noom_kill 2\n")
        self.answers |= HARD
        self.answers |= {
            "timedatectl": "yes\n",
            "systemctl is-active": "active\n",
            "openssl x509": f"notAfter={self.moment(80):%b %d %H:%M:%S %Y} GMT\n",
            "curl --silent": "200",
            "curl --config": "200",
        }

    def _apps(self) -> None:
        for app, (container, name) in _APPS.items():
            home = f"/home/dokku/{app}"
            self.put(f"/var/lib/petbase/apps/{app}/owner.json", '{"how": "made", "stack": "prod"}')
            self.put(f"{home}/CONTAINER.web.1", container)
            self.put(f"{home}/VHOST", f"{name}\n")
            self.put(f"{home}/nginx.conf", "server {\n  listen      [::]:443 ssl;\n  listen      443 ssl;\n}\n")
            self.deploy(app, "succeeded")
            self.deploy(app, "running", id="mrwe", source="ps:restart", pid=4712)  # as Dokku leaves it
        self.put("/home/dokku/fruits/tls/server.crt", "")
        self.containers(shop="running")
        self.restarts(0)

    def _backups(self) -> None:
        self.put("/var/lib/petbase/services/db/owner.json", '{"how": "made", "stack": "prod"}')
        self.put("/var/lib/petbase/services/db/passphrase.json", json.dumps({"sha256": passphrase_digest("")}))
        for file in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            self.put(f"/var/lib/dokku/services/postgres/db/backup/{file}", "x")
        self.put(SCHEDULE, LINE)
        self.dump(hours_ago=2)

    def put(self, path: str, text: str, days: float = 0) -> None:
        self.server.put(path, text)
        at = self.now - days * _DAY
        os.utime(self.server.file(path), (at, at))

    def note(self, name: str, **values: object) -> None:
        self.put(f"{FOLDER}/{name}.json", json.dumps(values))

    def moment(self, days: float) -> datetime:
        return datetime.fromtimestamp(self.now, UTC) + timedelta(days=days)

    def memory(self, percent: int) -> None:
        lines = {"MemTotal": 4_000_000, "MemAvailable": 40_000 * percent, "SwapTotal": 0, "SwapFree": 0}
        self.put("/proc/meminfo", "".join(f"{name}: {kibibytes} kB\n" for name, kibibytes in lines.items()))

    def containers(self, **states: str) -> None:
        ids = {app: container for app, (container, _) in _APPS.items()}
        lines = [f"{ids[app]} {app}.web.1 {states.get(app, 'running')}" for app in ids]
        self.answers["docker ps"] = "\n".join(lines)

    def restarts(self, shop: int) -> None:
        """How often Docker has started the containers anew."""
        self.answers["docker inspect"] = f"/fruits.web.1 c1 0\n/shop.web.1 c2 {shop}\n/dokku.postgres.db d1 0\n"

    def deploy(self, app: str, status: str, **more: object) -> None:
        started = self.moment(-0.01).strftime("%Y-%m-%dT%H:%M:%SZ")
        record = {"id": "mrwd", "app": app, "status": status, "source": "git-hook", "started_at": started, **more}
        self.put(f"/var/lib/dokku/data/builds/{app}/{record['id']}.json", json.dumps(record))

    def dump(self, hours_ago: float, *, read: bool = True) -> str:
        """The one dump in the bucket; `read` before."""
        name = f"postgres-db-{self.moment(-hours_ago / 24):%Y-%m-%d-%H-%M-%S}.tgz"
        rows = [[name, 5_000_000, '"e7a9"', self.moment(0).isoformat()]]
        self.answers["docker run"] = json.dumps(rows)
        self.note("read", dump=name if read else "", bytes=5_000_000, etag="e7a9")
        return name

    def history(self, days: float, free: Callable[[float], float], inodes: Callable[[float], int]) -> None:
        """What the checks of the last days found; `free` and `inodes` by days before now."""
        lines = []
        for step in range(int(days * _DAY / _QUARTER), 0, -1):
            ago = step * _QUARTER / _DAY
            figures = {"disk_free": int(free(ago) * GIB), "inodes_free": inodes(ago)}
            none = {"connections": 3, "max_connections": 100, "idle_transactions": 0, "apps_down": ()}
            at = self.now - step * _QUARTER
            point = Point(at=at, problems=0, dump="", bytes=0, disk_percent=40, **none, **figures)  # type: ignore[arg-type]
            lines.append(json.dumps(asdict(point)))
        self.put(f"{FOLDER}/history", "\n".join([*lines, ""]))

    def check(self) -> list[str]:
        """The problems that a check finds, and leaves in its status; `heard` is who was told."""
        free, blocks = int(self.free * GIB / 4096), 100 * GIB // 4096
        disk = os.statvfs_result(
            (4096, 4096, blocks, free, free, 100, self.inodes, self.inodes, os.ST_RDONLY * self.read_only, 255)
        )
        asked = {"max_locks_per_transaction": json.dumps(self.locks), "": json.dumps(self.sessions)}
        self.answers.setdefault("docker exec", ByInput(asked))
        with patch("os.statvfs", return_value=disk), suppress(HostError):
            self.server.run(RunCheck("db"), self.answers)
        posts = (stdin for line, stdin in self.server.runner.calls if line.startswith("curl --config"))
        self.heard = [_post(stdin) for stdin in posts]
        found: list[str] = json.loads(self.server.file(f"{FOLDER}/status.json").read_text())["problems"]
        return found

    def told(self, address: str) -> str:
        return "\n".join(text for url, text in self.heard if url.startswith(address))


def _post(stdin: str) -> tuple[str, str]:
    values = dict(line.partition(" = ")[::2] for line in stdin.splitlines())
    unquoted = {name: json.loads(value) for name, value in values.items()}
    return unquoted["url"], unquoted.get("data-raw", "")


DEAF_PHONE = ByInput({PHONE: "404", "": "200"})
DEAF_SWITCH = ByInput({SWITCH: "404", "": "200"})
UNKNOWN_SWITCH = ByInput({SWITCH: "OK (not found)\n200", "": "200"})
