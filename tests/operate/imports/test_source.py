"""Where an import comes from: a password is never an argument, and what is no source is refused by name."""

import io
import sys
import tarfile
from pathlib import Path

import pytest

from host.values import postgres_url
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


URLS = {
    "postgres://me:p@ss@db/shop": {"host": "db", "user": "me", "password": "p@ss", "dbname": "shop"},
    "postgres://me:a%40b+c%2F@[2001:DB8::1]/shop": {
        "host": "2001:db8::1",
        "user": "me",
        "password": "a@b+c/",
        "dbname": "shop",
    },
    "postgresql://me%40tenant@db:6000?sslmode=require&channel_binding=require&sslnegotiation=direct": {
        "host": "db",
        "port": "6000",
        "user": "me@tenant",
        "sslmode": "require",
        "channel_binding": "require",
        "sslnegotiation": "direct",
    },
    "postgres://me@db/shop?options=endpoint%3Dep-cool-1%20-c%20x=1+1&schema=public": {
        "host": "db",
        "user": "me",
        "dbname": "shop",
        "options": "endpoint=ep-cool-1 -c x=1+1",
    },
}


@pytest.mark.parametrize("url", URLS)
def test_a_url_is_read_as_libpq_reads_it(url: str) -> None:
    assert postgres_url.settings(url) == URLS[url]


def test_certificates_that_a_url_names_are_read_here(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN X")
    found = chosen(f"postgres://me@db/shop?sslrootcert={tmp_path}/ca.pem&sslmode=verify-full")
    assert found.secrets[1] == '{"sslrootcert": "-----BEGIN X"}'
    assert chosen("postgres://me@db/shop?sslrootcert=system").secrets[1] == ""


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
    "postgres://me:12/ss@db/shop": NO_URL,
    "postgres://me:12?ss@db/shop": NO_URL,
    "postgres://me:12#ss@db/shop": NO_URL,
    "postgres://db/shop": "--from: the URL names no user. Write it before the host: postgres://USER@db",
    "postgres://me@ep-cool-1-pooler.eu.neon.tech/shop": "--from: ep-cool-1-pooler.eu.neon.tech:5432 is a connection "
    "pooler in transaction mode, which pg_dump cannot use. Write ep-cool-1.eu.neon.tech:5432 in its place.",
    "postgres://me@aws-0.pooler.supabase.com:6543/postgres": "--from: aws-0.pooler.supabase.com:6543 is a connection "
    "pooler in transaction mode, which pg_dump cannot use. Write aws-0.pooler.supabase.com:5432 in its place.",
    "postgres://me@db.abcd.supabase.co:6543/postgres": "--from: db.abcd.supabase.co:6543 is a connection pooler in "
    "transaction mode, which pg_dump cannot use. Write db.abcd.supabase.co:5432 in its place.",
    "postgres://me@db/shop?sslrootcert=none.pem": "--from: sslrootcert=none.pem is not a file in PEM format on this "
    "machine. Name one.",
    "postgres://me@db/shop?passfile=x": "--from: passfile names a file of this machine, but your server connects. "
    "Remove it.",
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
