"""A restore that cannot be: refused before anything is touched, each with its sentence."""

from pathlib import Path

import pytest

from operate.dumps import passphrases
from operate.dumps.store import Store
from tests.support.dumps import locked, packed
from tests.support.hosts.estate import ROWS, Estate
from tests.support.operate import Petbase

TIMES = '"2026-11-21 18:30" (local) or "2026-11-21 17:30Z" (UTC)'
NO_NAME = (
    'is not a name for a separate database; use lowercase letters, digits and "_", '
    "not pg_…, petbase_…, postgres or template…"
)


def test_an_unknown_passphrase_is_asked_for(petbase: Petbase, estate: Estate, tmp_path: Path) -> None:
    file = tmp_path / "dump.tgz.gpg"
    file.write_bytes(locked(packed(), "a passphrase"))
    ran = petbase("restore", "--file", str(file), "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "petbase: The dump is encrypted and its passphrase is not known here. Set PETBASE_BACKUP_PASSPHRASE, "
        "or: pulumi config set --secret petbase:backupPassphrase --stack test\n"
    )
    assert estate.sql(ROWS) == "apple banana"


def test_a_wrong_passphrase_is_said_and_never_shown(
    petbase: Petbase, estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dump.tgz.gpg"
    file.write_bytes(locked(packed(), "a passphrase"))
    monkeypatch.setenv("PETBASE_BACKUP_PASSPHRASE", "another phrase")
    petbase.secrets = [*petbase.secrets, "another phrase"]
    ran = petbase("restore", "--file", str(file), "--yes")
    assert ran.err == (
        "petbase: The passphrase does not open dump.tgz.gpg; tried, by its fingerprint: "
        f"{passphrases.fingerprint('another phrase')} of PETBASE_BACKUP_PASSPHRASE. Was it changed since? "
        "Set PETBASE_BACKUP_PASSPHRASE to the one of that time; its recovery sheet names it.\n"
    )
    assert (ran.code, estate.sql(ROWS)) == (1, "apple banana")


def test_what_postgresql_cannot_read_touches_nothing(petbase: Petbase, estate: Estate, tmp_path: Path) -> None:
    file = tmp_path / "dump.tgz"
    file.write_bytes(packed())  # an archive like a dump's, but not one that PostgreSQL reads
    ran = petbase("restore", "--file", str(file), "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("the server's PostgreSQL cannot read this dump; nothing was changed.\n")
    with Store(estate.stack) as store:
        assert (estate.sql(ROWS), store.dumps()) == ("apple banana", [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--key", "a", "--file", "b"], "--key and --file name two dumps; name one."),
        (
            ["--key", "a", "--file", "b", "--at", "2026-11-21 18:30Z"],
            "--at and --key and --file name three dumps; name one.",
        ),
        (["--file", "/nope"], "There is no file /nope."),
        (["--at", "soon"], f'--at: cannot read "soon" as a time. Use {TIMES}.'),
        (["--at", "2026-11-21"], f'--at: "2026-11-21" has no time of day. Use {TIMES}.'),
        (["--app", "fruits", "--into", "look"], "--app and --into name 2 places; name one."),
        (["--app", "fruits", "--all"], "--app and --all name 2 places; name one."),
        (["--was", "plums"], "--was is what an app's schema was called in the dump; say which app: --app APP"),
        (
            ["--app", "fruits", "--was", "a'b"],
            '--was "a\'b" is not a schema name; use lowercase letters, digits, "_", "-", "."',
        ),
        (["--into", "postgres"], f'--into "postgres" {NO_NAME}'),
        (["--into", "petbase_restore"], f'--into "petbase_restore" {NO_NAME}'),
        (["--into", "Two Words"], f'--into "Two Words" {NO_NAME}'),
        (
            ["--kept", "db before 2026-11-22 18:30:05", "--key", "a"],
            "--kept brings back what a restore put aside, all of it and no dump; leave out the rest.",
        ),
    ],
)
def test_options_that_contradict_each_other_are_refused(petbase: Petbase, words: list[str], expected: str) -> None:
    ran = petbase("restore", *words)
    assert (ran.code, ran.err) == (2, f"petbase: {expected}\n")
