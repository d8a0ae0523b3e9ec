"""Where an import comes from: a URL, whose password is never an argument, or a dump on this machine."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from getpass import getpass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from components.dokku import shell
from host.values import postgres_url
from operate.core.errors import RefusedError

URL, PASSWORD = "PETBASE_IMPORT_URL", "PETBASE_IMPORT_PASSWORD"
_SCHEMES = ("postgres://", "postgresql://")
_HOW = "--from FILE, --from postgres://USER@HOST/DATABASE, or --from - to read a URL from standard input"
_TRANSACTION_POOLER = 6543
_CERTIFICATES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
# The connection comes from the server, where these files of this machine are not.
_ONLY_HERE = ("passfile", "sslcrldir", "sslkeylogfile")


@dataclass(frozen=True)
class Source:
    """`title` names it to people, `option` on a command line. One of `url` and `path` is set. `certificates` is a JSON
    object of the files that the URL names.
    """

    title: str
    option: str
    url: str = field(default="", repr=False)
    path: Path | None = None
    certificates: str = field(default="", repr=False)

    @property
    def secrets(self) -> list[str]:
        """As the server's commands take them."""
        return [self.url, self.certificates]


def chosen(given: str | None) -> Source:
    """The source that --from or the environment names. RefusedError where that is none."""
    if given is None:
        if not (url := os.environ.get(URL)):
            raise RefusedError(f"Say where the data comes from: {_HOW}; files: --files FOLDER or s3://BUCKET.")
        return _database(url.strip(), "", URL)
    if given == "-":
        return _database(_read(), "--from -", "standard input")
    if given.startswith(_SCHEMES):
        return _database(_with_password(given), shell.line("--from", given), "--from")
    if "://" in given:
        raise RefusedError(f"--from: only PostgreSQL can be imported. Use {_HOW}.")
    return _file(Path(given))


def _database(url: str, option: str, place: str) -> Source:
    settings = postgres_url.settings(url)
    if settings is None or not settings.get("host"):
        raise RefusedError(
            f"{place} holds no URL of a PostgreSQL. Use one as in postgres://me@db.example.com:5432/shop. In a "
            f"password, / ? # and % are %2F %3F %23 and %25; or leave it out, and set {PASSWORD}."
        )
    if "user" not in settings:
        raise RefusedError(
            f"{place}: the URL names no user. Write it before the host: postgres://USER@{settings['host']}"
        )
    _require_direct(settings["host"], settings.get("port", "5432"), place)
    title = f"{settings.get('dbname', 'the database')} at {settings['host']}"
    return Source(title, option, url, certificates=_certificates(settings, place))


def _require_direct(host: str, port: str, place: str) -> None:
    """RefusedError for a pooler in transaction mode, as Neon and Supabase name theirs."""
    name, _, domain = host.partition(".")
    direct = f"{name.removesuffix('-pooler')}.{domain}:{port}" if name.endswith("-pooler") else ""
    if port == str(_TRANSACTION_POOLER) and "supabase" in domain:
        direct = f"{host}:5432"
    if direct:
        raise RefusedError(
            f"{place}: {host}:{port} is a connection pooler in transaction mode, which pg_dump cannot use. Write "
            f"{direct} in its place."
        )


def _certificates(settings: Mapping[str, str], place: str) -> str:
    """The files with certificates that a URL names. RefusedError for one that is not here."""
    if missed := [name for name in _ONLY_HERE if name in settings]:
        raise RefusedError(f"{place}: {missed[0]} names a file of this machine, but your server connects. Remove it.")
    named = {name: Path(settings[name]) for name in _CERTIFICATES if settings.get(name, "system") != "system"}
    found = {}
    for name, path in named.items():
        try:
            found[name] = path.expanduser().read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            raise RefusedError(
                f"{place}: {name}={path} is not a file in PEM format on this machine. Name one."
            ) from None
    return json.dumps(found) if found else ""


def _with_password(url: str) -> str:
    """The URL with the password of the environment, or of a person. RefusedError where it is in the argument."""
    if (postgres_url.settings(url) or {}).get("password") or "password=" in url:
        raise RefusedError(
            f"--from: the URL contains its password, which every program on this machine can read. Put it into {URL} "
            "and leave out --from, or leave the password out of the URL: you are asked for it, or it comes from "
            f"{PASSWORD}."
        )
    password = os.environ.get(PASSWORD) or (getpass("Password of the source: ") if sys.stdin.isatty() else "")
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}")) if password else url


def _read() -> str:
    return (getpass("URL of the source: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()


def _file(path: Path) -> Source:
    if not path.exists():
        raise RefusedError(f"There is no file {path}. To import from a server: {_HOW}.")
    if path.is_dir() and not (path / "toc.dat").is_file():
        raise RefusedError(
            f"{path} is not a dump in pg_dump's directory format: it contains no toc.dat. Name the folder that does."
        )
    return Source(path.name, shell.line("--from", str(path)), path=path)
