"""Every command that touches what tenants wrote, as the stack or ./petbase has it run on the server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from host.link.drop_data import DropData
from host.link.ensure import EnsureLink
from host.link.rotate_password import RotatePassword
from host.placing.note import new_note
from host.placing.settle import settle
from host.placing.swap import swap_database
from host.postgres.objects import MOVE_SQL
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql, inside, live
from host.postgres.renamed_role import rename_role
from host.report import database
from host.restore.run import PutBack, RunRestore
from host.restore.set_aside import DropSetAside, ListSetAside
from host.schema.list import ListObjects, ListSchemas
from host.scratch import rows
from host.scratch.database import DRILLED, RESTORED, create_like_live, drop_scratch
from host.scratch.growth import load_with_progress
from host.scratch.load import FOR_A_LOOK, load
from tests.host.container import SERVICE
from tests.hostile.app import Hostile
from tests.hostile.traps.elsewhere import pull, upgrade

NAME, DUMP = "c0ffee", "postgres-db-2026-11-22-03-00-01.tgz"


def restore_all(hostile: Hostile) -> None:
    _drop(hostile, _restored(hostile))


def restore_one(app: str) -> Callable[[Hostile], None]:

    def restore(hostile: Hostile) -> None:
        with _without_publication(hostile):
            _drop(hostile, _restored(hostile, schema=app))

    return restore


def restore_beside(hostile: Hostile) -> None:
    _restored(hostile, into="look")
    rows.of_database(hostile.container.host, SERVICE, "look")
    hostile.container.run(DropSetAside(SERVICE, "look"))


def put_back(schema: str = "") -> Callable[[Hostile], None]:
    """What a restore replaced, in its place again."""

    def run(hostile: Hostile) -> None:
        with _without_publication(hostile) if schema else nullcontext():
            (name, *_) = _restored(hostile, schema=schema)["old"]
            _drop(hostile, hostile.container.run(PutBack(SERVICE, name)))

    return run


def drill(hostile: Hostile) -> None:
    """What the weekly drill does with the newest dump, without a bucket."""
    host, dump = hostile.container.host, hostile.container.dump()
    create_like_live(host, SERVICE, DRILLED)
    loaded = load(host, SERVICE, dump, DRILLED, FOR_A_LOOK)
    loaded.require_all()
    said = rows.of_dump(dump, loaded.entries)
    texts = rows.texts_of(live(host, SERVICE))
    assert said.differences(rows.of_database(host, SERVICE, DRILLED, like=said, settings=texts)) == []
    drop_scratch(host, SERVICE, DRILLED)


def refill(hostile: Hostile) -> None:
    """A dump in the place of an empty database, and then the apps' links."""
    host, dump = hostile.container.host, hostile.container.dump()
    loaded = load_with_progress(host, dump)
    loaded.require_all()
    settle(host, SERVICE, RESTORED)
    old = swap_database(host, SERVICE, RESTORED, new_note(host, DUMP))
    restore_owners(Psql(host, SERVICE))
    drop_scratch(host, SERVICE, old)


def report(hostile: Hostile) -> None:
    container = hostile.container
    database.report_postgres(container.host, SERVICE)
    database.foreign_objects(container.host, SERVICE)
    for command in (ListSetAside(SERVICE), ListSchemas(service=SERVICE), ListObjects("fruits", service=SERVICE)):
        hostile.run(command)


def link(command: type[EnsureLink | RotatePassword]) -> Callable[[Hostile], None]:
    """What `up` sends for the hostile app, and what ./petbase rotate-password does."""
    return lambda hostile: hostile.run(command("fruits", service=SERVICE, schema="fruits"))


def rename(hostile: Hostile) -> None:
    """Its role gets another name, and its old one again."""
    psql = Psql(hostile.container.host, SERVICE)
    for was, app in (("fruits", "plums"), ("plums", "fruits")):
        rename_role(psql, was, app, app)
        restore_owners(psql)


def move(hostile: Hostile) -> None:
    psql = inside(hostile.container.host, SERVICE, SERVICE)
    hostile.container.sql("CREATE SCHEMA elsewhere AUTHORIZATION fruits")
    for source, target in (("fruits", "elsewhere"), ("elsewhere", "fruits")):
        psql.execute(MOVE_SQL, source=source, target=target, names=None)
    hostile.container.sql("DROP SCHEMA elsewhere")


def drop_data(hostile: Hostile) -> None:
    hostile.container.sql("ALTER ROLE fruits NOLOGIN")
    hostile.run(DropData("fruits", service=SERVICE), linked=False)


VERBS: dict[str, Callable[[Hostile], Any]] = {
    "restore": restore_all,
    "restore --app fruits": restore_one("fruits"),
    "restore --app notes": restore_one("notes"),
    "restore --into": restore_beside,
    "restore of what was put aside": put_back(),
    "restore of an app's schemas that were put aside": put_back("fruits"),
    "drill": drill,
    "refill of an empty database": refill,
    "doctor, kept, tables": report,
    "isolate": move,
    "rename": rename,
    "pull": pull,
    "upgrade-database": upgrade,
}
CHANGES_THE_ROLE: dict[str, Callable[[Hostile], Any]] = {
    "up": link(EnsureLink),
    "rotate-password": link(RotatePassword),
}
"""These give the hostile app's own role a password and settings anew."""


def _restored(hostile: Hostile, **more: str) -> Any:
    container = hostile.container
    container.dump(f"petbase_sent.{NAME}")
    done = container.run(RunRestore(SERVICE, NAME, dump=DUMP, **more))
    failures = [one for one in done["verdicts"] if one["error"]]
    assert not failures, failures
    return done


def _drop(hostile: Hostile, done: Any) -> None:
    """What was set aside; the schemas of an app go together, by the name of the first."""
    hostile.container.run(DropSetAside(SERVICE, done["old"][0]))


@contextmanager
def _without_publication(hostile: Hostile) -> Iterator[None]:
    """One of an app's tables stays with those that are set aside, which ./petbase restore says before."""
    (made,) = [sql for name, sql in hostile.made.items() if name == "publication"] or [""]
    if made:
        hostile.container.sql("DROP PUBLICATION own")
    yield
    if made:
        hostile.container.sql(f"SET ROLE fruits; SET search_path = fruits; {made}")
