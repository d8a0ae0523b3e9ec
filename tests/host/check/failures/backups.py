"""Is the newest backup good?"""

import json

from host.dumps.claim import Claim, to_text
from host.dumps.image import DUMP_IMAGE
from host.programs.runner import Answer
from host.watch.limits import drill_limit
from tests.host.check.failures.failure import DAY, SAYS_NO, Failure, answer
from tests.host.check.scene import FOLDER, LINE, SCHEDULE, WATCH, Scene
from tests.host.recorder import IN_IMAGE, ByInput

SYSTEM = str(1_700_000_000 << 32)
"""PostgreSQL's system identifier, of when the database was made."""
_LATE = WATCH.max_age - DAY


def _unreadable(scene: Scene) -> None:
    scene.dump(hours_ago=2, read=False)
    scene.answers["tar"] = Answer(2, "", "tar: Unexpected EOF in archive\n")


def _read_only(scene: Scene) -> None:
    scene.answers[f"{IN_IMAGE} aws {DUMP_IMAGE} --endpoint-url https://store s3 cp"] = Answer(1, "", "Access Denied")


def _no_dump(scene: Scene) -> None:
    scene.answers["docker run"] = "null"


def _other_stack(scene: Scene) -> None:
    own, other = Claim("prod", "db", SYSTEM), Claim("blog", "db", str(int(SYSTEM) + (1 << 40)))
    asked = {"pg_control_system": SYSTEM, "max_locks_per": json.dumps(scene.locks), "": json.dumps(scene.sessions)}
    scene.answers["docker exec"] = ByInput(asked)
    scene.note("claims", newest=scene.dump(hours_ago=2), text=to_text((own, other)))


def _smaller(scene: Scene) -> None:
    scene.note("baseline", dump="older.tgz", bytes=50_000_000, rows={})


def _rows(scene: Scene, **tables: int) -> None:
    """A new dump, made when the schema shop's tables held so many rows; a drill had found 30, 30, 30 and 30."""
    scene.dump(hours_ago=2, read=False)
    before = {f"shop.{name}": 30 for name in ("a", "b", "c", "d")}
    scene.note("baseline", dump="older.tgz", bytes=5_000_000, rows=before)
    copied = "".join(f"COPY shop.{name} (id) FROM stdin;\n" + "1\n" * rows + "\\.\n" for name, rows in tables.items())
    scene.answers |= {"head -c 5": "PGDMP", "docker exec --interactive dokku.postgres.db pg_dump": copied}


def _timer(scene: Scene) -> None:
    scene.answers["systemctl is-active petbase-drill-db.timer"] = Answer(3, "inactive\n")


def _found(scene: Scene, *, hours_ago: float, bytes_: int = 5_000_000) -> None:
    """Dumps of a schedule that was there before Petbase; the bucket is listed, and nothing of it read."""
    _declare(scene, found=True)
    rows = [[key(scene, hours), size] for hours, size in ((50, 5_000_000), (hours_ago, bytes_))]
    listed = [[name, size, '"e7a9"', scene.moment(0).isoformat()] for name, size in rows]
    scene.answers["docker run"] = json.dumps(listed)


def key(scene: Scene, hours_ago: float) -> str:
    return f"postgres-db-{scene.moment(-hours_ago / 24):%Y-%m-%d-%H-%M-%S}.tgz"


def _passphrase(scene: Scene) -> None:
    scene.put("/var/lib/petbase/services/db/passphrase.json", '{"sha256": "of another one"}')


def _inventory(scene: Scene, **etags: str) -> None:
    """What the bucket held a day ago beside what it holds now: days ago, and the object's ETag."""
    now = f"postgres-db-{scene.moment(-2 / 24):%Y-%m-%d-%H-%M-%S}.tgz"
    names = {"gone": f"postgres-db-{scene.moment(-20):%Y-%m-%d-%H-%M-%S}.tgz", "verified": f"verified/{now}"}
    etags_then = {names[name]: etag for name, etag in etags.items()}
    scene.note("inventory", place="https://store s3://dumps/", at=int(scene.now) - DAY, etags=etags_then, problems={})


def _drill_failed(scene: Scene) -> None:
    scene.note("drill-failed", dump="x.tgz", text="the drill of x.tgz failed: it cannot be unpacked")


def _drill_late(scene: Scene) -> None:
    scene.note("drilled", at=scene.now - drill_limit(WATCH.drill) - 1)


def _declare(scene: Scene, **declared: bool) -> None:
    scene.note("settings", **{**json.loads(scene.server.file(f"{FOLDER}/settings.json").read_text()), **declared})


def _second_store(scene: Scene) -> None:
    _declare(scene, copies=True)
    scene.put("/var/lib/petbase/services/db/copy/key.json", '{"access_key_id": "x", "secret_access_key": "y"}')
    settings = {"bucket": "c", "prefix": "prod/", "endpoint": "https://second", "region": "auto", "keep_days": 90}
    scene.put("/var/lib/petbase/services/db/copy/settings.json", json.dumps(settings))
    scene.put("/var/lib/petbase/services/db/copy/since.json", json.dumps({"at": 1}))


def _copied(scene: Scene, hours_ago: float, problem: str) -> None:
    _second_store(scene)
    status = {"at": int(scene.now - hours_ago * 3600), "problem": problem, "newest": "", "copies": 0}
    scene.put("/var/lib/petbase/services/db/copy/status.json", json.dumps(status))


def _files(
    scene: Scene,
    *,
    hours_ago: float = 2,
    problem: str = "",
    snapshot: str = "",
    copied_hours_ago: float = 2,
    copy_problem: str = "",
) -> None:
    """An app whose files are backed up, since two days."""
    _declare(scene, files=True)
    folder, where = {"path": "/srv/photos", "apps": ["shop"]}, "/var/lib/petbase/services/db/files"
    settings = {"bucket": "dumps", "prefix": "", "endpoint": "https://store", "keep_days": 35, "folders": [folder]}
    scene.put(f"{where}/settings.json", json.dumps(settings))
    at = int(scene.now - hours_ago * 3600)
    told = {**folder, "since": int(scene.now - 2 * DAY), "at": at, "snapshot": snapshot, "entries": 1, "bytes": 5}
    copied = {"copied_at": int(scene.now - copied_hours_ago * 3600), "copy_problem": copy_problem}
    status = {"folders": [{**told, **copied, "problem": problem}], "expired_at": 0, "expiry_problem": ""}
    scene.put(f"{where}/status.json", json.dumps(status))


def _files_copied(scene: Scene, hours_ago: float, problem: str) -> None:
    _copied(scene, 0.5, "")
    _files(scene, copied_hours_ago=hours_ago, copy_problem=problem)


def _files_drill(scene: Scene, name: str, **values: object) -> None:
    _files(scene)
    scene.put(f"/var/lib/petbase/services/db/files/{name}.json", json.dumps(values))


BACKUPS = (
    Failure(
        "no dump was made at the time of the schedule",
        "is 25 hours old; one is due by 0 3 * * * UTC. Try: ./petbase backup",
        lambda scene: scene.dump(hours_ago=25.1),
        _LATE,
        "an hour after it was due; 15 minutes for schedules of two hours or less",
    ),
    Failure("there is no dump in the bucket", "there is no dump in the bucket", _no_dump, _LATE, "the same"),
    Failure("the newest dump cannot be read or decrypted", "is damaged: tar: Unexpected EOF", _unreadable),
    Failure(
        "the bucket does not open: the server's token was revoked, has run out, or is for another bucket now",
        "the bucket does not open: no",
        answer("docker run", SAYS_NO),
    ),
    Failure(
        "the bucket opens and takes nothing: the server's token may only read, or its key may at another store",
        "the bucket takes nothing from this server, so the next dump will fail: Access Denied. In R2: ./petbase "
        "rotate-token.",
        _read_only,
        DAY,
        "at the daily try to write",
    ),
    Failure(
        "another stack, or another database of this one, writes to the same place in the bucket",
        "are of the stack blog, so none of them counts for prod",
        _other_stack,
        others=1,
    ),
    Failure("the newest dump is half as big as the last good one", "has 5.0 MB; older.tgz", _smaller),
    Failure(
        "a schema has no rows any more",
        "has 0 tables with rows, none of shop; older.tgz",
        lambda scene: _rows(scene, a=0, b=0, c=0, d=0),
        DAY,
        "at the next dump",
    ),
    Failure(
        "a quarter of the tables is gone, or has no rows any more",
        "has 2 tables with rows; older.tgz",
        lambda scene: _rows(scene, a=60, b=60),
        DAY,
        "at the next dump",
    ),
    Failure(
        "a schema has lost half its rows",
        "has 59 rows of shop instead of 120",
        lambda scene: _rows(scene, a=56, b=1, c=1, d=1),
        DAY,
        "at the next dump",
    ),
    Failure(
        "a dump is gone before it was `keep-days` old: deleted by hand, or by a lifecycle rule that somebody added",
        "gone from the bucket before their time, by hand or by a rule that is not Petbase's",
        lambda scene: _inventory(scene, gone="e7a9"),
        DAY,
        "at the daily look at all dumps",
    ),
    Failure(
        "another object lies in the place of a dump, or of its copy in `verified/`",
        "no longer the object that was stored under this name",
        lambda scene: _inventory(scene, verified="0ther"),
        DAY,
        "at the daily look at all dumps",
    ),
    Failure(
        "dumps go to another place than the stack's bucket",
        "dumps are no longer scheduled at 0 3 * * * UTC, to dumps",
        lambda scene: scene.put(SCHEDULE, "0 3 * * * dokku /usr/bin/dokku postgres:backup db elsewhere \n"),
    ),
    Failure(
        "a second schedule of dumps stands beside the stack's",
        "has more lines than the one of the stack file: 1",
        lambda scene: scene.put(SCHEDULE, f"{LINE}5 5 * * * dokku /usr/bin/dokku postgres:backup db dumps \n"),
    ),
    Failure(
        "the schedule of the dumps is gone from the server, or is another one",
        "dumps are no longer scheduled at 0 3 * * * UTC",
        lambda scene: scene.put(SCHEDULE, ""),
    ),
    Failure(
        "the timer of the restore tests, or of the copies, was stopped",
        "the timer petbase-drill-db does not run",
        _timer,
    ),
    Failure("the passphrase on the server is not the stack's", "the passphrase on this server is not", _passphrase),
    Failure("a restore test failed", "the drill of x.tgz failed", _drill_failed),
    Failure(
        "a dump of a schedule that was there before Petbase (`backups.found`) did not come",
        "is 25 hours old; one is due by 0 3 * * * UTC",
        lambda scene: _found(scene, hours_ago=25.1),
        _LATE,
        "the same",
    ),
    Failure(
        "such a dump is empty, or half as big as the one before",
        "has 12 bytes; the one before,",
        lambda scene: _found(scene, hours_ago=2, bytes_=12),
    ),
    Failure(
        "no restore test ended well",
        "no drill has ended well for 14 days",
        _drill_late,
        counts="after two intervals of `backups.drill`",
    ),
    Failure(
        "the second store refuses a verified dump, is full, or holds other bytes than were sent",
        "verified dumps do not all reach the second store: it is full",
        lambda scene: _copied(scene, 0.5, "it is full"),
        3900,
        "at the next hourly copy",
    ),
    Failure(
        "the key of the second store may only read there",
        "do not all reach the second store: c at https://second takes nothing (Access Denied)",
        lambda scene: _copied(scene, 0.5, "c at https://second takes nothing (Access Denied)"),
        DAY + 3900,
        "at the daily try to write, by the hourly copy",
    ),
    Failure(
        "nothing was copied to the second store",
        "verified dumps were not copied there for 14 hours",
        lambda scene: _copied(scene, 14.1, ""),
        14 * 3600,
        "after 14 hours without a copy that ended",
    ),
    Failure(
        "the files of an app were not backed up at the time of the schedule",
        "the files of shop, /srv/photos, were not backed up for 25 hours; due by 0 3 * * * UTC",
        lambda scene: _files(scene, hours_ago=25.1),
        _LATE,
        "an hour after it was due; 15 minutes for schedules of two hours or less",
    ),
    Failure(
        "the files of an app cannot be read, or the bucket does not take them",
        "the files of shop were not backed up: it is full",
        lambda scene: _files(scene, problem="it is full"),
        DAY,
        "at the next run of the schedule",
    ),
    Failure(
        "the newest snapshot of an app's files is gone from the bucket",
        "the newest snapshot of /srv/photos, aaaa1111, is gone from the bucket",
        lambda scene: _files(scene, snapshot="aaaa1111"),
    ),
    Failure(
        "the second store does not take the files of an app",
        "the files of shop are not in the second store: it is full",
        lambda scene: _files_copied(scene, 2, "second store: it is full"),
        DAY,
        "at the next run of the schedule",
    ),
    Failure(
        "the files of an app did not go to the second store",
        "the files of shop, /srv/photos, did not go to the second store for 25 hours",
        lambda scene: _files_copied(scene, 25.1, ""),
        _LATE,
        "an hour after it was due; 15 minutes for schedules of two hours or less",
    ),
    Failure(
        "a restore test of files failed",
        "the drill of files failed: it is damaged",
        lambda scene: _files_drill(scene, "drill-failed", text="the drill of files failed: it is damaged"),
    ),
)
