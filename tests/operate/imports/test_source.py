"""Where an import comes from: a password is never an argument, and what is no source is refused by name."""

import io
import sys
import tarfile
from pathlib import Path

import pytest

from operate.core.errors import RefusedError
from operate.imports.delivery import _tar
from operate.imports.source import chosen

HOW = "--from FILE, --from postgres://USER@HOST/DATABASE, or --from - to read a URL from standard input"


@pytest.fixture(autouse=True)
def piped_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("postgres://me:piped@db.example.com/shop\n"))
    for name in ("PETBASE_IMPORT_URL", "PETBASE_IMPORT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_a_url_comes_by_the_environment_or_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    found = chosen("-")
    assert (found.url, found.title, found.option) == (
        "postgres://me:piped@db.example.com/shop",
        "shop at db.example.com",
        "--from -",
    )
    monkeypatch.setenv("PETBASE_IMPORT_URL", "postgresql://me:secret@db/shop")
    found = chosen(None)
    assert (found.url, found.title, found.option) == ("postgresql://me:secret@db/shop", "shop at db", "")
    assert "secret" not in repr(found)


def test_a_url_without_its_password_gets_it_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen("postgres://me@db:5433/shop").url == "postgres://me@db:5433/shop"
    monkeypatch.setenv("PETBASE_IMPORT_PASSWORD", "a:b@c/d")
    found = chosen("postgres://me@db:5433/shop?sslmode=require")
    assert found.url == "postgres://me:a%3Ab%40c%2Fd@db:5433/shop?sslmode=require"
    assert found.option == "--from 'postgres://me@db:5433/shop?sslmode=require'"


NO_URL = (
    "--from holds no URL of a PostgreSQL. Use one as in postgres://me@db.example.com:5432/shop. In a password, / ? # "
    "and % are %2F %3F %23 and %25; or leave it out, and set PETBASE_IMPORT_PASSWORD."
)
REFUSED = {
    "postgres://me:secret@db/shop": "--from: the URL contains its password, which every program on this machine can "
    "read. Put it into PETBASE_IMPORT_URL and leave out --from, or leave the password out of the URL: you are asked "
    "for it, or it comes from PETBASE_IMPORT_PASSWORD.",
    "mysql://me@db/shop": f"--from: only PostgreSQL can be imported. Use {HOW}.",
    "postgres://": NO_URL,
    "postgres://me@db:port/shop": NO_URL,
    "postgres://me:pa#ss@db/shop": NO_URL,
    "postgres://me@ep-cool-1-pooler.eu.neon.tech/shop": "--from: ep-cool-1-pooler.eu.neon.tech:5432 is a connection "
    "pooler, which pg_dump cannot use. Take the direct URL (Neon: without -pooler; Supabase: the session pooler, port "
    "5432).",
    "postgres://me@aws-0.pooler.supabase.com:6543/postgres": "--from: aws-0.pooler.supabase.com:6543 is a connection "
    "pooler, which pg_dump cannot use. Take the direct URL (Neon: without -pooler; Supabase: the session pooler, port "
    "5432).",
    "none.dump": f"There is no file none.dump. To import from a server: {HOW}.",
}


@pytest.mark.parametrize("given", REFUSED)
def test_what_is_no_source_is_refused(given: str) -> None:
    with pytest.raises(RefusedError) as caught:
        chosen(given)
    assert str(caught.value) == REFUSED[given]
    assert "secret" not in str(caught.value)


def test_a_folder_without_a_table_of_contents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        chosen(str(tmp_path))
    assert (
        str(caught.value)
        == f"{tmp_path} is not a dump in pg_dump's directory format: it contains no toc.dat. Name the folder that does."
    )


def test_without_a_source_it_says_how() -> None:
    with pytest.raises(RefusedError) as caught:
        chosen(None)
    assert str(caught.value) == f"Say where the data comes from: {HOW}; files: --files FOLDER or s3://BUCKET."


def test_what_lies_beside_the_files_of_a_folder_stays_there(tmp_path: Path) -> None:
    """As a file manager's own folder does."""
    folder = tmp_path / "dump"
    (folder / ".thumbnails").mkdir(parents=True)
    for name in ("toc.dat", "1.dat"):
        (folder / name).write_text(name)
    with tarfile.open(_tar(folder, tmp_path)) as tar:
        assert tar.getnames() == ["1.dat", "toc.dat"]
