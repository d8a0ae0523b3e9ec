"""Will it stay up?"""

from collections.abc import Callable

from host.programs.runner import Answer
from host.watch.limits import (
    BLOCK_SECONDS,
    CERTIFICATE_DAYS,
    DUMP_SECONDS,
    IDLE_SECONDS,
    REBOOT_SECONDS,
    UPDATES_SECONDS,
)
from tests.host.check.failures.failure import DAY, Failure, answer
from tests.host.check.scene import STAMPS, UPDATES_LOG, Scene
from tests.host.server.test_hardening import HARD

_BLOCKERS = [{"pid": 4711, "role": "reports", "of": ["fruits", "shop"], "seconds": BLOCK_SECONDS}]
_IDLE = [{"pid": 4711, "role": "fruits", "seconds": IDLE_SECONDS}]
_CONFLICT = (
    'nginx: [warn] conflicting server name "shop.example.com" on 0.0.0.0:443, ignored\n'
    'nginx: [warn] conflicting server name "shop.example.com" on [::]:443, ignored\n'
)
_DUMPS = [{"pid": 4712, "seconds": DUMP_SECONDS}]
_UPDATES = "when a run was missed, after which at most a day passes"


def _sessions(**values: object) -> Callable[[Scene], object]:
    return lambda scene: scene.sessions.update(values)


def _full(scene: Scene) -> None:
    scene.free = 9.5


def _no_inodes(scene: Scene) -> None:
    scene.inodes = 9


def _disk_fills(scene: Scene) -> None:
    """For six days nothing, then 8 GiB in a day."""
    scene.free = 32
    scene.history(7, free=lambda ago: 32 + 8 * min(ago, 1), inodes=lambda _: 60)


def _inodes_go(scene: Scene) -> None:
    scene.inodes = 32
    scene.history(7, free=lambda _: 60, inodes=lambda ago: round(32 + 8 * min(ago, 1)))


def _read_only(scene: Scene) -> None:
    scene.read_only = True


def _killed(scene: Scene) -> None:
    scene.note("killed", count=0)


def _zone(scene: Scene) -> None:
    link = scene.server.file("/etc/localtime")
    link.unlink()
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")


def _store_clock(scene: Scene) -> None:
    ahead = scene.moment(6.5 / 24 / 60)
    scene.answers["curl --silent --head"] = f"HTTP/2 400\r\ndate: {ahead:%a, %d %b %Y %H:%M:%S} GMT\r\n\r\n"


def _clock(scene: Scene) -> None:
    scene.answers["timedatectl"] = "no\n"


def _reboot(scene: Scene) -> None:
    scene.put("/run/reboot-required", "*** System restart required ***\n", days=REBOOT_SECONDS / DAY)


def _updates_fail(scene: Scene) -> None:
    scene.put(
        UPDATES_LOG,
        "2026-11-17 06:00:00,000 ERROR of a run before\n"
        "2026-11-18 06:00:00,000 INFO Starting unattended upgrades script\n"
        "2026-11-18 06:00:09,000 ERROR Installing the upgrades failed!\n"
        "2026-11-18 06:00:09,000 ERROR error message: installArchives() failed\n",
    )


def _stamp_is_old(name: str) -> Callable[[Scene], object]:
    return lambda scene: scene.put(f"{STAMPS}/{name}", "", days=UPDATES_SECONDS / DAY)


MACHINE = (
    Failure("the disk is 90 % full", "the disk is 91 % full", _full),
    Failure("90 % of the disk's inodes are used", "91 % of the disk's inodes are used", _no_inodes),
    Failure(
        "the disk will be full within a week",
        "the disk will be full on 2026-11-22 at this rate",
        _disk_fills,
        DAY,
        "after a day of growth",
    ),
    Failure(
        "the disk will have no inode left within a week",
        "the disk will have no inode left on 2026-11-22",
        _inodes_go,
        DAY,
        "the same",
    ),
    Failure(
        "swap is not in use after a boot, though the server has a swap file or names one",
        "/swapfile is there and not in use",
        lambda scene: scene.put("/swapfile", ""),
    ),
    Failure("less than 4 % of the memory is available", "of memory are available", lambda scene: scene.memory(3)),
    Failure(
        "more than 80 % of the connections are in use",
        "81 of 100 connections are in use; once all are, apps are refused. Let each app open fewer, or "
        "raise database.config max_connections",
        _sessions(used=81),
    ),
    Failure(
        "a transaction is idle",
        "a session of fruits has been idle in a transaction for 10 minutes, and may hold locks. End it: ./petbase "
        "psql --command 'SELECT pg_terminate_backend(4711)'",
        _sessions(idle=_IDLE),
        IDLE_SECONDS,
        "after 10 minutes",
    ),
    Failure(
        "a prepared transaction was forgotten",
        "a prepared transaction of fruits from 10 minutes ago still holds locks",
        _sessions(prepared=[{"role": "fruits", "count": 1, "seconds": IDLE_SECONDS}]),
        IDLE_SECONDS,
        "after 10 minutes",
    ),
    Failure(
        "a session keeps another app's waiting for its lock",
        "a session of reports has kept fruits, shop waiting for 5 minutes by its locks",
        _sessions(blockers=_BLOCKERS),
        BLOCK_SECONDS,
        "after 5 minutes",
    ),
    Failure(
        "a dump does not come to its end",
        "a dump has been running for 60 minutes",
        _sessions(dumps=_DUMPS),
        DUMP_SECONDS,
        "after an hour",
    ),
    Failure(
        "the database has more tables than a dump is sure to have locks for",
        "a dump locks 6401 tables at once, and PostgreSQL has room for 6400 locks for certain, without which "
        "every dump fails. Write database: {config: {max_locks_per_transaction: 192}}, which restarts PostgreSQL",
        lambda scene: scene.locks.update(tables=6401, setting=192),
    ),
    Failure(
        "a certificate is not for one of the app's names",
        "the certificate of fruits is not for fruits.example.com",
        answer("openssl x509 -noout -checkhost", "Hostname fruits.example.com does NOT match certificate\n"),
    ),
    Failure(
        "a certificate was not renewed, or cannot be read",
        f"ends within {CERTIFICATE_DAYS} days, or cannot be read",
        answer("openssl x509", Answer(1)),
        counts=f"{CERTIFICATE_DAYS} days before it ends",
    ),
    Failure(
        "an error of the disk made it read-only",
        "can only be read, mostly after an error of the disk",
        _read_only,
    ),
    Failure(
        "the kernel ended processes for want of memory, in a container too",
        "the kernel ended 2 processes for want of memory since the last check",
        _killed,
    ),
    Failure(
        "nothing reads a replication slot, and its WAL fills the disk",
        "nothing reads the replication slot old_standby, for which 1.5 GB of WAL are kept",
        _sessions(slots=[{"name": "old_standby", "bytes": 1_500_000_000}]),
        counts="from 1 GB of WAL on",
    ),
    Failure("PostgreSQL's `archive_command` fails", "archive_command fails", _sessions(archiving_fails=True)),
    Failure(
        "a name of an app is another site's in nginx too, which then ignores one of the two",
        "nginx has two sites for shop.example.com of shop, and ignores one of them",
        answer("nginx -t", Answer(0, "", _CONFLICT)),
    ),
    Failure(
        "nginx does not take its configuration, and would not start again",
        "nginx refuses its configuration, so no change of an app counts, and it would not start again: [emerg] no",
        answer("nginx -t", Answer(1, "", "[emerg] no\n")),
    ),
    Failure(
        "cron does not run, so no dump is made",
        "cron does not run, so nothing starts a dump",
        answer("systemctl is-active cron", Answer(3, "inactive\n")),
    ),
    Failure(
        "the time zone is not UTC, as schedules are",
        "the server's time zone is Berlin, by which cron runs schedules that are in UTC",
        _zone,
    ),
    Failure(
        "SSH takes passwords again",
        "sshd has passwordauthentication yes, not no",
        answer("sshd -T", str(HARD["sshd -T"]).replace("passwordauthentication no", "passwordauthentication yes")),
    ),
    Failure(
        "a file of the hardening was changed or removed",
        "/etc/ssh/sshd_config.d/00-petbase-hardening.conf is not as it was written",
        lambda scene: scene.put("/etc/ssh/sshd_config.d/00-petbase-hardening.conf", ""),
    ),
    Failure(
        "Docker runs without live-restore, so that its next restart stops every app",
        "Docker runs without live-restore",
        answer("docker info --format '{{.LiveRestoreEnabled}}'", "false\n"),
    ),
    Failure(
        "containers reach the metadata address",
        "containers reach the metadata address",
        answer("nft list", Answer(1)),
    ),
    Failure(
        "the clock differs by more than five minutes from the store's, which refuses dumps from 15 minutes on",
        "the server's clock is 6 minutes behind the store's",
        _store_clock,
    ),
    Failure("nothing keeps the clock right", "the server's clock is not synchronised", _clock),
    Failure(
        "updates want a reboot", "updates have wanted a reboot for 24 hours", _reboot, REBOOT_SECONDS, "after a day"
    ),
    Failure("security updates failed", "failed: Installing the upgrades failed!", _updates_fail),
    Failure(
        "no security updates ended well",
        "security updates did not end well for 48 hours",
        _stamp_is_old("upgrade-stamp"),
        DAY,
        _UPDATES,
    ),
    Failure(
        "the lists of packages were not fetched",
        "lists of packages were not fetched for 48 hours",
        _stamp_is_old("update-stamp"),
        DAY,
        "the same",
    ),
)
