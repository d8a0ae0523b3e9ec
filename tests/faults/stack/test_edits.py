"""Edits of the stack file by the real engine, on a protected estate: those of the page's table (tests/docs/edits.yaml),
and a server that is gone. What would lose something is refused before anything is touched; nothing replaces the server.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import ConfigValue, EngineEvent

from sandbox.host.machine import Machine
from sandbox.providers.cloud import Cloud
from tests.docs.edits import APPS, EDITS, Edit, edited, secret
from tests.faults.support.nouns import LINKED, ROWS, fill, rows
from tests.faults.support.site import Site, named

SERVER, ADDRESS = "hcloud:index/server:Server", "hcloud:index/primaryIp:PrimaryIp"
SIGNS = {"update": "~", "create": "+", "delete": "-", "replace": "±"}
DOCKERFILE = 'FROM scratch\nEXPOSE 5000\nCMD ["python3", "-m", "http.server", "5000"]\n'
# By the engine's protection, and by a hook; tests/components/edits has each hook, the soak each edit.
_ONE_OF_EACH = {"server.image", "database.service", "apps.NAME.schema"}
GONE = (
    "apps.fruits: protected, and this edit would remove or replace it. If you mean that, write protect: false under "
    "apps.fruits, run pulumi up, then make this edit"
)
RESTARTING = [edit for edit in EDITS if edit.does.startswith("restarts the app") and edit.base == "new"]


@pytest.fixture(scope="module")
def kept(site: Site) -> Site:
    """A protected estate as the table's edits begin, rows in one of its apps, encrypted dumps."""
    site.config = {"petbase:backupPassphrase": ConfigValue("correct-horse-battery", secret=True)}
    site.always = {"protect": True, "apps": APPS, "backups": {"encrypt": True}, "edge": {"dns": "none", "ssl": None}}
    site.up()
    fill(site.bench, "fruits")
    return site


def changes(site: Site, *edits: Edit) -> dict[str, Any]:
    """What these edits change, as a site takes it. The key that opens it stays among the keys."""
    own = site.estate({})["server"]["authorized-keys"]
    made: dict[str, Any] = {"apps": APPS}
    for edit in edits:
        made = edited(made, edit.change)
    if keys := made.get("server", {}).get("authorized-keys"):
        made["server"]["authorized-keys"] = [*own, keys[-1]]
    return made


@contextmanager
def told(site: Site, *keys: str) -> Iterator[None]:
    """With the secrets that edits need."""
    before = site.config
    site.config = {**before, **_values(keys)}
    try:
        yield
    finally:
        site.config = before


def _values(keys: Iterable[str]) -> dict[str, ConfigValue]:
    return {f"petbase:{key}": ConfigValue(secret(key), secret=True) for key in keys}


def planned(site: Site, *edits: Edit) -> set[str]:
    """What a preview of these edits says: each resource's sign, and its name or type."""
    said: set[str] = set()

    def listen(event: EngineEvent) -> None:
        if event.resource_pre_event and (sign := SIGNS.get(event.resource_pre_event.metadata.op.value)):
            *_, kind, name = event.resource_pre_event.metadata.urn.split("::")
            token = kind.rpartition("$")[2]
            if not token.startswith(("petbase:", "pulumi:providers:", "pulumi:pulumi:")):
                said.add(sign + (name if token.endswith(":Command") else token.rpartition(":")[2]))

    with told(site, *(key for edit in edits for key in edit.secrets)):
        site.engine(changes(site, *edits)).preview(on_event=listen)
    return said


@pytest.fixture(scope="module")
def touches(kept: Site) -> dict[str, set[str]]:
    """What the table says of each edit, by its key, with the names of all commands for `~*`."""
    names = [resource["urn"].split("::")[-2:] for resource in kept.engine({}).export()["resources"]]
    commands = {f"~{name}" for kind, name in names if kind.endswith("command:remote:Command")}
    words = {edit.key: edit.touches.replace("~prod-", "~sandbox-").split() for edit in EDITS}
    return {
        key: {name for word in said for name in (commands if word == "~*" else {word})} for key, said in words.items()
    }


def deleted_by_hand(site: Site) -> None:
    """The server is deleted in Hetzner's console; its address stays, unassigned."""
    (machine,) = Machine.all(site.root)
    machine.destroy()
    cloud = Cloud(site.root, "hcloud")
    cloud.drop(SERVER, machine.directory.name)
    for key, address in cloud.all(ADDRESS).items():
        cloud.put(ADDRESS, key, {**address, "assigneeId": 0})


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(edit, id=edit.key, marks=() if edit.key in _ONE_OF_EACH else pytest.mark.soak)
        for edit in EDITS
        if edit.refused and edit.base == "new"
    ],
)
def test_an_edit_that_would_lose_something_is_refused_and_nothing_is_touched(kept: Site, edit: Edit) -> None:
    with told(kept, *edit.secrets):
        said = kept.refuses(**changes(kept, edit))
    assert edit.refused in said
    assert "is protected" in said or "marked for protection" in said or "before hook" in said


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"apps": {"shop": {}, "plums": {}}}, GONE),
        (
            {"database": {"version": "17.9"}},
            "database.version: 18.4 to 17.9 is another major version, which needs a dump, a new service and a restore; "
            'write "18.4"',
        ),
        (
            {"backups": {"keep-days": 10}},
            "backups.keep-days: 35 to 10 deletes the dumps older than 10 days; write 35, or backups.protect: false to "
            "give them up",
        ),
    ],
    ids=str,
)
def test_so_is_one_that_goes_the_other_way(kept: Site, change: dict[str, Any], text: str) -> None:
    assert text in kept.refuses(**change)


@pytest.mark.soak
def test_all_other_edits_touch_what_the_page_says_and_never_replace(kept: Site, touches: dict[str, set[str]]) -> None:
    """Many in one preview: those that share nothing that comes or goes."""
    batches: list[list[Edit]] = []
    for edit in (edit for edit in EDITS if edit.base == "new" and not edit.refused):
        fitting = (held for held in batches if not any(_meet(touches[edit.key], touches[other.key]) for other in held))
        batch = next(fitting, None)
        if batch is None or edit.whole:
            batches.append(batch := [])
        batch.append(edit)
    assert len(batches) < 8
    for batch in batches:
        assert planned(kept, *batch) == set.union(*(touches[edit.key] for edit in batch))


def _meet(ours: set[str], theirs: set[str]) -> bool:
    shared = {word[1:] for word in ours} & {word[1:] for word in theirs}
    return any(word[0] != "~" for word in ours | theirs if word[1:] in shared)


def test_without_a_preview_a_protected_app_that_leaves_loses_nothing(kept: Site) -> None:
    """The engine removes certificate, settings and link before it comes to the app and refuses."""
    before, connections = kept.bench.app("fruits"), kept.connections()
    assert GONE in kept.fails(apps={"shop": {}, "plums": {}})
    assert kept.connections() == connections
    assert kept.bench.app("fruits") == before
    assert kept.up().total == 0


def test_what_is_protected_goes_in_two_steps_and_its_rows_stay(kept: Site) -> None:
    kept.up(apps={**APPS, "fruits": {"protect": False}})
    kept.up(apps={"shop": {}, "plums": {}})
    found = kept.bench.app("fruits")
    assert (found["exists"], found["links"], found["role"]["rolcanlogin"]) == (False, 0, False)
    assert rows(kept.bench, "fruits") == ROWS
    kept.up()
    with kept.bench.database(kept.bench.env("fruits")["DATABASE_URL"]) as session:
        assert session.execute("SELECT name FROM fruits ORDER BY name").fetchall() == ROWS


@pytest.mark.soak
def test_a_new_server_in_the_place_of_one_that_is_gone_gets_everything_again(kept: Site) -> None:
    deleted_by_hand(kept)
    assert kept.engine({}).refresh().counts["delete"] == 1
    changes = kept.up()
    assert changes.counts["update"] >= 6  # each command: host, database, two apps, two links, backups
    fill(kept.bench, "shop")
    assert named(kept.bench.app("shop")) == LINKED
    assert "dokku postgres:backup db db-backups" in (kept.bench.disk / "etc/cron.d/dokku-postgres-db").read_text()
    assert kept.up().total == 0


def running(site: Site, app: str) -> str:
    """What tells a restart: the app's process, as the stand-in for its container notes it."""
    return (site.bench.disk / f"var/lib/dokku/sandbox/apps/{app}/process.json").read_text()


def postgres_since(site: Site) -> str:
    with site.bench.database() as session:
        return str(session.execute("SELECT pg_postmaster_start_time()").fetchone())


@pytest.mark.soak
def test_an_edit_in_place_restarts_nothing(kept: Site, tmp_path: Path) -> None:
    kept.push("fruits", tmp_path)
    before = running(kept, "fruits"), postgres_since(kept)
    quiet = [edit for edit in EDITS if edit.does.startswith("in place") and edit.base == "new" and not edit.refused]
    kept.always = edited(kept.always, changes(kept, *quiet))
    kept.config = {**kept.config, **_values(key for edit in quiet for key in edit.secrets)}
    kept.up()
    assert (running(kept, "fruits"), postgres_since(kept)) == before


@pytest.mark.soak
def test_an_edit_that_restarts_restarts_its_app_once_and_no_other(kept: Site, tmp_path: Path) -> None:
    names = {f"app{number}": edit for number, edit in enumerate(RESTARTING)}
    kept.always["apps"] |= {name: {} for name in names}
    kept.up()
    for name in ("shop", *names):
        (tmp_path / name).mkdir()
        kept.push(name, tmp_path / name)
    before = {name: running(kept, name) for name in ("shop", *names)}
    for name, edit in names.items():
        kept.always["apps"][name] = edit.at(name)["apps"][name]
    with told(kept, *(key.replace("fruits", name) for name, edit in names.items() for key in edit.secrets)):
        kept.up()
    after = {name: running(kept, name) for name in ("shop", *names)}
    assert {name for name in after if after[name] != before[name]} == names.keys()
