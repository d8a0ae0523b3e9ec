"""A restore that cannot be: refused before anything is touched, or stopped half-way with both ways out."""

import re
import subprocess
from pathlib import Path

import pytest

from operate import restoring
from operate.errors import PetbaseError
from operate.store import Store
from tests.support.dumps import locked, packed
from tests.support.estate import ROWS, Estate
from tests.support.operate import Petbase


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
        "petbase: The passphrase does not open dump.tgz.gpg. Was it changed since? Try: PETBASE_BACKUP_PASSPHRASE=...\n"
    )
    assert (ran.code, estate.sql(ROWS)) == (1, "apple banana")


def test_a_damaged_dump_touches_nothing(petbase: Petbase, estate: Estate, tmp_path: Path) -> None:
    file = tmp_path / "dump.tgz"
    file.write_bytes(packed())  # an archive like a dump's, but not one that PostgreSQL reads
    ran = petbase("restore", "--file", str(file), "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("petbase: The server's PostgreSQL 18.4 cannot read this dump, so nothing was touched: ")
    with Store(estate.stack) as store:
        assert (estate.sql(ROWS), store.dumps()) == ("apple banana", [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--key", "a", "--file", "b"], "--key and --file name two dumps; name one."),
        (["--file", "/nope"], "There is no file /nope."),
    ],
)
def test_a_wrong_choice_of_dumps_is_refused(petbase: Petbase, words: list[str], expected: str) -> None:
    ran = petbase("restore", *words)
    assert (ran.code, ran.err) == (2, f"petbase: {expected}\n")


def test_a_restore_that_stops_half_way_names_both_ways_out(
    petbase: Petbase, estate: Estate, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_: object) -> None:
        raise PetbaseError("The connection was cut")

    real = restoring.Restore._import
    monkeypatch.setattr(restoring.Restore, "_import", cut)
    ran = petbase("restore", "--key", dump, "--yes")
    assert ran.code == 1
    again, back = re.findall(r"\./petbase (restore --stack test [^;\n]+)", ran.err)
    assert again == f"restore --stack test --key {dump}"
    assert f"safety dump: {back.split()[4]}\n" in ran.err
    assert "db may hold a part of the dump only. The connection was cut. The dump itself is whole." in ran.err
    monkeypatch.setattr(restoring.Restore, "_import", real)
    assert petbase(*back.split(), "--yes").code == 0
    assert estate.sql(ROWS) == "apple banana"


def test_owners_are_put_right_even_after_a_failed_import(
    petbase: Petbase, estate: Estate, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = restoring.Restore._import

    def late(job: restoring.Restore) -> None:
        real(job)
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring.Restore, "_import", late)
    ran = petbase("restore", "--key", dump, "--yes", "--no-safety-dump")
    assert (ran.code, "it was interrupted" in ran.err, "no safety dump was made" in ran.err) == (1, True, True)
    assert estate.as_app("fruits", ROWS) == "apple banana"


def test_an_import_waits_while_a_script_works(
    petbase: Petbase, estate: Estate, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the lock of prelude.sh, or a link made meanwhile would be half in the dump's world."""
    hold = estate.host.ssh_words(f"flock {restoring._LOCK} sh -c 'echo held; cat'")
    monkeypatch.setattr(restoring, "_LOCK_SECONDS", "1")
    # A stand-in: the script that gives objects back takes the same lock, and would wait its own fifteen minutes.
    monkeypatch.setattr(restoring.Restore, "_own", lambda _: None)
    with subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as script:
        assert script.stdin
        assert script.stdout
        assert script.stdout.readline() == "held\n"
        ran = petbase("restore", "--key", dump, "--yes", "--no-safety-dump")
        script.stdin.close()
    assert ran.code == 1
    assert "dump only. Another run still works on db; wait until it ends. The dump itself is whole." in ran.err


def test_the_imports_lock_is_the_scripts(estate: Estate) -> None:
    """Its name is said twice, here and in prelude.sh; the host shows which file the scripts took."""
    assert Path(restoring._LOCK).name in estate.connection.run("ls", "/run/lock").split()


def test_what_postgresql_refuses_is_told_in_its_words(
    petbase: Petbase, estate: Estate, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not emptied first, the import runs into a table that refers to a restored one."""
    monkeypatch.setattr("operate.database.empty", lambda *_: None)
    estate.as_app("fruits", "CREATE TABLE baskets (fruit int REFERENCES fruits (id));")
    ran = petbase("restore", "--key", dump, "--yes", "--no-safety-dump")
    assert ran.code == 1
    assert "dokku postgres:import answered 1: " in ran.err
    assert "pg_restore" in ran.err
