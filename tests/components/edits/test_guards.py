"""Edits that lose data are refused with the way out; their harmless twins are not."""

from typing import Any

import pytest

from components.config.backups_spec import Backups
from components.dokku import backup as backup_command
from components.dokku import program
from components.edits import backup_refusals, refusals
from host.database.ensure import EnsureDatabase
from host.files.ensure import EnsureFiles
from host.link.ensure import EnsureLink
from host.server.ensure import EnsureServer
from host.settings.ensure import EnsureSettings
from tests.components.estates import ACCOUNT


def database(version: str, *, declared: bool = True) -> dict[str, Any]:
    return {"create": program.line("prod", EnsureDatabase("db", version=version, version_declared=declared))}


def lifecycle_rules(days: int | None, *, declared: bool = True) -> dict[str, Any]:
    expire = {
        "id": backup_refusals.KEEP if declared else backup_refusals.KEEP_BY_DEFAULT,
        "deleteObjectsTransition": {"condition": {"type": "Age", "maxAge": (days or 0) * 86400}},
    }
    return {"rules": [expire] if days else []}


def files(days: int, *, declared: bool = True) -> dict[str, Any]:
    command = EnsureFiles(
        "db",
        folder=("shop=/srv/photos",),
        bucket="mine",
        endpoint="https://x.example.com",
        schedule="0 3 * * *",
        keep_days=days,
        keep_days_declared=declared,
    )
    return {"create": program.line("prod", command)}


def backup(encrypt: bool) -> dict[str, Any]:
    spec = Backups.model_validate({"account-id": ACCOUNT, "encrypt": encrypt})
    return {"create": program.line("prod", backup_command.ensure("db", spec, "https://x.example.com"))}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "17.9",
            "18.4",
            "database.version: 17.9 to 18.4 is another major version, which needs a dump, a new service and a restore; "
            'write "17.9", then: ./petbase upgrade-database 18.4',
        ),
        (
            "18.4",
            "17.9",
            "database.version: 18.4 to 17.9 is another major version, which needs a dump, a new service and a restore; "
            'write "18.4"',
        ),
        ("18.4", "18.6", None),
        ("18.4", "18.4", None),
    ],
)
def test_another_major_version(old: str, new: str, said: str | None) -> None:
    assert refusals.another_major(database(old), database(new)) == said


@pytest.mark.parametrize(
    ("old", "new", "declared", "refused"),
    [
        ("18.4", "19.1", False, False),
        ("18.4", "19.1", True, True),
        # After such a release 18.4 may be what runs, which the server knows; 17 never was a default.
        ("19.1", "18.4", True, False),
        ("19.1", "17.9", True, True),
    ],
)
def test_another_default_of_the_version_is_no_edit(old: str, new: str, declared: bool, refused: bool) -> None:
    found = refusals.another_major(database(old, declared=False), database(new, declared=declared))
    assert bool(found) == refused
    assert refusals.another_major(database(old), database(new, declared=False)) is not None


def test_one_run_may_say_that_the_server_has_the_new_major_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETBASE_UPGRADED", "18.4")
    assert refusals.another_major(database("17.9"), database("18.4")) is None
    assert refusals.another_major(database("17.9"), database("18.5")) is not None


@pytest.mark.parametrize(("old", "new", "refused"), [(35, 7, True), (7, 35, False), (35, 35, False), (None, 7, False)])
def test_dumps_kept_for_a_shorter_time(old: int | None, new: int, refused: bool) -> None:
    found = backup_refusals.shorter_keep(lifecycle_rules(old), lifecycle_rules(new))
    said = (
        f"backups.keep-days: {old} to {new} deletes the dumps older than {new} days; "
        f"write {old}, or backups.protect: false to give them up"
    )
    assert found == (said if refused else None)


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ((35, False), (28, False), False),
        ((35, False), (28, True), True),
        ((60, True), (35, False), True),
        ((35, False), (60, True), False),
    ],
    ids=["the default is another one", "a line is added", "the line is taken out", "a longer one is added"],
)
def test_a_default_that_a_release_changes_is_no_shorter_keep_days(
    old: tuple[int, bool], new: tuple[int, bool], refused: bool
) -> None:
    for inputs in (lifecycle_rules, files):
        before, after = (inputs(days, declared=declared) for days, declared in (old, new))
        assert bool(backup_refusals.shorter_keep(before, after)) == refused


@pytest.mark.parametrize(("old", "new", "refused"), [(None, "eu", True), ("eu", "eu", False), (None, "default", False)])
def test_another_jurisdiction(old: str | None, new: str, refused: bool) -> None:
    found = refusals.another_jurisdiction({"jurisdiction": old}, {"jurisdiction": new})
    said = f'backups.jurisdiction: a bucket stays where it was made; write "{old or "default"}", or name another bucket'
    assert found == (said if refused else None)


@pytest.mark.parametrize(("old", "new", "refused"), [(True, False, True), (False, True, False), (True, True, False)])
def test_encryption_switched_off(old: bool, new: bool, refused: bool) -> None:
    found = backup_refusals.encryption_off(backup(old), backup(new))
    said = "backups.encrypt: true to false; write true, or backups.protect: false to leave dumps unencrypted"
    assert found == (said if refused else None)


@pytest.mark.parametrize(
    ("old", "new", "was", "refused"),
    [
        ("fruits", "shop", None, True),
        ("fruits", "fruits", None, False),
        ("apples", "fruits", "apples", False),
        ("shop", "fruits", "apples", True),
        ("apples", "apples", "apples", False),
    ],
)
def test_another_schema_leaves_tables_behind(old: str, new: str, was: str | None, refused: bool) -> None:
    def link(schema: str, was: str | None = None) -> dict[str, Any]:
        return {"create": program.line("prod", EnsureLink("fruits", service="db", schema=schema, was=was or ""))}

    said = (
        f"apps.fruits.schema: {old} to {new} leaves the tables of fruits in {old}, where it will not look; "
        f"write schema: {old}, or apps.fruits.protect: false to start with an empty schema"
    )
    assert refusals.another_schema("fruits", link(old), link(new, was)) == (said if refused else None)


KEY = "0123/fruits-example-com/default"
WAY_OUT = "apps.fruits.protect: false if it can do without them"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", KEY, None),
        (KEY, KEY, None),
        (
            KEY,
            "0123/other/default",
            "apps.fruits.bucket.name: fruits-example-com to other leaves the files of fruits in fruits-example-com, "
            f"where it will not look; write name: fruits-example-com, or {WAY_OUT}",
        ),
        (
            KEY,
            "0123/fruits-example-com/eu",
            f"apps.fruits.bucket: a bucket stays in its account and jurisdiction; write the earlier ones, or {WAY_OUT}",
        ),
        (
            KEY,
            "",
            "apps.fruits.bucket: gone, and with it the way to the files in fruits-example-com; write it again, or "
            f"{WAY_OUT}",
        ),
    ],
)
def test_another_bucket_leaves_files_behind(old: str, new: str, said: str | None) -> None:
    def settings(bucket: str) -> dict[str, Any]:
        return {"create": program.line("prod", EnsureSettings("fruits", bucket=bucket))}

    assert refusals.refusal(f"{refusals.BUCKET}fruits", settings(old), settings(new)) == said


def test_the_bucket_of_an_app_stays_where_it_was_made() -> None:
    found = refusals.refusal(f"{refusals.MOVED}fruits", {}, {"jurisdiction": "eu"})
    assert found == (
        'apps.fruits.bucket.jurisdiction: a bucket stays where it was made; write "default", or name another bucket'
    )


def server(dokku: str = "", postgres_plugin: str = "") -> dict[str, Any]:
    command = EnsureServer(domain="example.com", dokku=dokku, postgres_plugin=postgres_plugin)
    return {"create": program.line("prod", command)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            {"dokku": "0.38.10"},
            {"dokku": "0.38.9"},
            "dokku.version: 0.38.10 to 0.38.9 is a downgrade, which is not possible; write 0.38.10",
        ),
        (
            {"postgres_plugin": "1.48.0"},
            {"postgres_plugin": "1.47.2"},
            "dokku.postgres-plugin: 1.48.0 to 1.47.2 is a downgrade, which is not possible; write 1.48.0",
        ),
        ({"dokku": "0.38.9"}, {"dokku": "0.38.10"}, None),
        ({"dokku": "0.38.10"}, {"dokku": "0.38.10"}, None),
        # What runs where none was named is known to the server alone.
        ({}, {"dokku": "0.30.0"}, None),
        ({"dokku": "0.99.0"}, {}, None),
    ],
)
def test_a_release_that_goes_back(old: dict[str, str], new: dict[str, str], said: str | None) -> None:
    assert refusals.older_release(server(**old), server(**new)) == said
    assert refusals.older_release({}, server(**new)) is None


def at(path: str | None, bucket: str = "mine") -> dict[str, Any]:
    spec = Backups.model_validate({"store": "s3", "endpoint": "https://x.example.com", "bucket": bucket, "path": path})
    return {"create": program.line("prod", backup_command.ensure("db", spec.placed("prod"), "https://x.example.com"))}


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        (at("/"), at(None), True),
        (at("/"), at("other"), True),
        (at("/"), at("/"), False),
        (at(None), at(None), False),
        (at(None), at("/"), False),
    ],
)
def test_dumps_at_the_top_of_a_bucket_are_not_left_there_by_a_default(old: Any, new: Any, refused: bool) -> None:
    said = (
        "backups.path: the dumps of this stack are at the top of its bucket, and would no longer count; write path: /, "
        "or backups.protect: false to start with an empty folder"
    )
    assert backup_refusals.another_place(old, new) == (said if refused else None)


def test_another_bucket_of_another_store_leaves_dumps_behind() -> None:
    said = (
        "backups.bucket: the dumps of this stack are in mine, and would no longer count; write mine, or "
        "backups.protect: false to start with an empty bucket"
    )
    assert backup_refusals.another_place(at("/"), at(None, "another")) == said


def test_so_does_a_move_to_r2() -> None:
    r2 = Backups.model_validate({"account-id": ACCOUNT, "bucket": "mine"})
    there = {
        "create": program.line("prod", backup_command.ensure("db", r2, f"https://{ACCOUNT}.r2.cloudflarestorage.com"))
    }
    assert backup_refusals.another_store(at("/"), there) == (
        "backups.store: the dumps of this stack are in mine at https://x.example.com, and would no longer count; write "
        "store: s3, or backups.protect: false to start with an empty bucket in R2"
    )
    assert backup_refusals.another_store(there, there) is None


@pytest.mark.parametrize(("old", "new", "refused"), [(35, 7, True), (7, 35, False)])
def test_snapshots_of_files_kept_for_a_shorter_time(old: int, new: int, refused: bool) -> None:
    """Where another store holds them, no rule of a bucket says so."""
    said = (
        f"backups.keep-days: {old} to {new} deletes the file snapshots older than {new} days; write {old}, or "
        "backups.protect: false to give them up"
    )
    assert backup_refusals.shorter_keep(files(old), files(new)) == (said if refused else None)
