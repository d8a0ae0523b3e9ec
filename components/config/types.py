"""The words of the field, each with a type of its own and one sentence that says what is wrong.

A value that reaches a command has passed one of these, so the scripts may rely on their alphabets: no quotes, no spaces
and no backslashes in a name. Messages name the value and the way out; `components.config.stack_file` puts the path in
front.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from components.config import cron
from host.dokku.config import problem_of
from host.server.public_key import PublicKeyLine, split_public_key

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_FQDN = re.compile(rf"(?=.{{1,253}}$)({_LABEL}(\.{_LABEL})+|localhost)")
_APP = re.compile(r"[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]|[a-z0-9]")
_SCHEMA = re.compile(r"[a-z0-9_][a-z0-9._-]{0,62}")
_SERVICE = re.compile(r"[A-Za-z0-9_-]{1,57}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_PATH = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_HEX32 = re.compile(r"[0-9a-f]{32}")
_VERSION = re.compile(r"\d{1,3}\.\d{1,3}")
_RELEASE = re.compile(r"\d+\.\d+\.\d+")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PORT_MAP = re.compile(r"(http|https):\d{1,5}:\d{1,5}")
_DUMP = re.compile(r"latest|([A-Za-z0-9._-]+/)*postgres-[A-Za-z0-9_-]+-\d{4}(-\d\d){5}\.tgz(\.gpg)?")
_PROCESS = re.compile(r"[A-Za-z0-9_-]{1,63}")
_FOLDER = r"(/[A-Za-z0-9._-]+)+"
_MOUNT = re.compile(rf"({_FOLDER}|[a-z0-9]([a-z0-9-]{{0,43}}[a-z0-9])?):{_FOLDER}(:ro)?")
_SHOWN = 40
_TIMEOUT = re.compile(r"[1-9]\d{0,6}(ms|s|min)")
_EXTENSION = re.compile(r"[a-z0-9_][a-z0-9_-]{0,62}")
# A schema's owner is the role of its name, and the role postgres may do everything.
_RESERVED_SCHEMAS = {"public", "information_schema", "postgres", "none"}
# Where extensions live, so that every app sees them (components/dokku/scripts/room.sh).
EXTENSIONS = "extensions"
_KEY_KINDS = {"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"} | {
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
}


def pattern(form: re.Pattern[str], message: str) -> AfterValidator:
    """Values of this form alone; the message follows the value."""

    def check(value: str) -> str:
        if not form.fullmatch(value):
            raise ValueError(f'"{value}" {message}')
        return value

    return AfterValidator(check)


def _cron(value: str) -> str:
    """The plugin stores any text and cron then ignores the file, silently (contract 348)."""
    if problem := cron.problem(value):
        raise ValueError(f'"{value}" {problem}')
    return value


def _fqdn(value: str) -> str:
    scheme, found, rest = value.partition("://")
    if found:
        raise ValueError(f'"{value}" is a web address; write the name alone: {rest.partition("/")[0] or scheme}')
    if not _FQDN.fullmatch(value):
        example = value.lower() if _FQDN.fullmatch(value.lower()) else "fruits.example.com"
        raise ValueError(f'"{value}" is no domain name; as in "{example}"')
    return value


def _schema(value: str) -> str:
    if not _SCHEMA.fullmatch(value):
        raise ValueError(f'"{value}" is no schema name; lowercase letters, digits, "_", "-", ".", at most 63')
    if value in _RESERVED_SCHEMAS or value.startswith("pg_"):
        raise ValueError(f'"{value}" belongs to PostgreSQL; name another schema')
    if value == EXTENSIONS:
        raise ValueError(f'"{value}" is the schema of the extensions, which every app sees; name another schema')
    return value


def _bucket_path(value: str) -> str:
    """A plain path: the plugin writes it into a cron line, which a shell expands and where a bare % ends it."""
    if not _PATH.fullmatch(value):
        raise ValueError(
            f'"{value}" would be run by a shell in a cron line, where a bare % ends the command; '
            'write a plain path, as in "prod": every dump carries its date in its name'
        )
    return value


def _bucket(value: str) -> str:
    """One bucket's name by R2's rules; the blogs write BUCKET/PATH, which here are two keys."""
    bucket, slash, path = value.partition("/")
    if slash:
        _bucket_path(path)
        raise ValueError(f'"{value}" is a bucket and a path; write bucket: {bucket} and path: {path}')
    if not _BUCKET.fullmatch(value):
        raise ValueError(f'"{value}" is no bucket name; 3 to 63 lowercase letters, digits and "-", no "-" at the ends')
    return value


def is_variable_name(value: str) -> bool:
    """Whether a value has the form of a variable's name."""
    return _VARIABLE.fullmatch(value) is not None


def _variable(value: str) -> str:
    if not is_variable_name(value):
        raise ValueError(f'"{value}" is no variable name; letters, digits and "_", no digit first')
    if value in ("DATABASE_URL", "NO_VHOST") or value.startswith("DOKKU_"):
        raise ValueError(f'"{value}" is set by Dokku and by the link; choose another name')
    return value


def _value(value: str) -> str:
    """Any text, but the few that Dokku would change (host/dokku/config.py)."""
    if problem := problem_of(value):
        shown = f'"{value}"' if len(value) <= _SHOWN and value.isprintable() else "its value"
        raise ValueError(f"{shown} {problem}")
    return value


def parse_public_key(line: str) -> PublicKeyLine:
    """Takes apart a public key as in `~/.ssh/id_ed25519.pub`; ValueError says what is wrong with it."""
    words = line.split()
    if len(words) == 1 and ("/" in line or line.endswith(".pub")):
        raise ValueError(f'"{line}" is a file; write what it holds: cat {line}')
    problem = f'"{line[:40]}" is no public SSH key; paste the line of ~/.ssh/id_ed25519.pub'
    if len(words) < 2 or words[0] not in _KEY_KINDS or not re.fullmatch(r"[\w .@:+/=-]+", line, re.ASCII):
        raise ValueError(problem)
    try:
        key = split_public_key(line)
    except ValueError:
        raise ValueError(problem) from None
    size = int.from_bytes(key.blob[:4], "big")
    if key.blob[4 : 4 + size] != words[0].encode() or len(key.blob) <= 4 + size:
        raise ValueError(problem)
    return key


def _public_key(line: str) -> str:
    return parse_public_key(line).text


_APP_RULE = 'is no app name; lowercase letters, digits, "-", ".", the first and last no sign, at most 63'

Fqdn = Annotated[str, AfterValidator(_fqdn)]
AppName = Annotated[str, pattern(_APP, _APP_RULE)]
SchemaName = Annotated[str, AfterValidator(_schema)]
ExtensionName = Annotated[str, pattern(_EXTENSION, 'is no extension; as in "pgcrypto", or "uuid-ossp"')]
Timeout = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    pattern(_TIMEOUT, 'is no time limit; a number with ms, s or min, as in "30s"'),
]
ServiceName = Annotated[str, pattern(_SERVICE, 'is no service name; letters, digits, "_" and "-", at most 57')]
BucketName = Annotated[str, AfterValidator(_bucket)]
BucketPath = Annotated[str, AfterValidator(_bucket_path)]
AccountId = Annotated[str, pattern(_HEX32, "is no account id; 32 hex digits, from the dashboard's address line")]
PostgresVersion = Annotated[str, pattern(_VERSION, 'is no version; MAJOR.MINOR, as in "18.4"')]
Release = Annotated[str, pattern(_RELEASE, 'is no release; as in "0.38.27"')]
Url = Annotated[str, pattern(_URL, 'is no address; as in "https://s3.example.com"')]
VariableName = Annotated[str, AfterValidator(_variable)]
VariableValue = Annotated[str, AfterValidator(_value)]
PortMap = Annotated[str, pattern(_PORT_MAP, 'is no port map; SCHEME:HOST_PORT:CONTAINER_PORT, as in "http:80:5000"')]
DumpSource = Annotated[str, pattern(_DUMP, 'is no dump; "latest", or a name as ./petbase backups lists it')]
ProcessType = Annotated[str, pattern(_PROCESS, 'is no process type; as in "web" or "worker"')]
Mount = Annotated[str, pattern(_MOUNT, 'is no mount; NAME:/FOLDER or /HOST:/FOLDER, as in "uploads:/app/uploads"')]
CronSchedule = Annotated[str, AfterValidator(_cron)]
PublicKey = Annotated[str, AfterValidator(_public_key)]
