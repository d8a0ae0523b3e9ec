"""The types of the stack file's values, each with its form and the sentence that says what is wrong.

A value that reaches a command has passed one of these, so commands may rely on their alphabets: no quotes, no spaces
and no backslashes in a name. `components.config.stack_file` puts the path in front of a sentence.
"""

import re
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from components.config.values import cron
from components.config.values.form import Form
from host.dokku.config import problem_of
from host.link.url import LOGIN, SCHEME
from host.server.public_key import PublicKeyLine, split_public_key

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_FQDN = re.compile(rf"(?=.{{1,253}}$)({_LABEL}(\.{_LABEL})+|localhost)")
_APP = re.compile(r"[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]|[a-z0-9]")
_SERVICE = re.compile(r"[A-Za-z0-9_-]{1,57}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_PATH = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_HEX32 = re.compile(r"[0-9a-f]{32}")
_VERSION = re.compile(r"\d{1,3}\.\d{1,3}")
_RELEASE = re.compile(r"\d+\.\d+\.\d+")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
_WORD = r"[A-Za-z_][A-Za-z0-9_]*"
_PORT_MAP = re.compile(r"(http|https):\d{1,5}:\d{1,5}")
_DUMP = re.compile(r"latest|([A-Za-z0-9._-]+/)*postgres-[A-Za-z0-9_-]+-\d{4}(-\d\d){5}\.tgz(\.gpg)?")
_PROCESS = re.compile(r"[A-Za-z0-9_-]{1,63}")
_FOLDER = r"(/[A-Za-z0-9._-]+)+"
_MOUNT = re.compile(rf"({_FOLDER}|[a-z0-9]([a-z0-9-]{{0,43}}[a-z0-9])?):{_FOLDER}(:ro)?")
NAME_HINT = 'use letters, digits and "_", and do not begin with a digit'
_CRON = re.compile(r"[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}")
_SHOWN = 40
_TIMEOUT = re.compile(r"[1-9]\d{0,6}(ms|s|min)")
_LEADS = (*LOGIN, "service", "servicefile", "passfile")
_PARAMETER = re.compile(rf"(?!(?:{'|'.join(_LEADS)})$)[A-Za-z][A-Za-z0-9_.-]{{0,62}}")
_PRINTABLE = re.compile(r"[ -~]*")
_HEALTH_PATH = re.compile(r"/[A-Za-z0-9._~/?=&%+-]{0,200}")
_EXTENSION = re.compile(r"[a-z0-9_][a-z0-9_-]{0,62}")
_RESERVED_VARIABLES = {"DATABASE_URL", "NO_VHOST"}
_VARIABLE = re.compile(rf"(?!DOKKU_|({'|'.join(sorted(_RESERVED_VARIABLES))})$){_WORD}")
_ANY_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean"]})
# A schema's owner is the role of its name, and the role postgres may do everything.
_RESERVED_SCHEMAS = {"public", "information_schema", "postgres", "none"}
# Where extensions live, so that every app sees them (host/postgres/roles.py).
EXTENSIONS = "extensions"
# Where Petbase keeps which schema is whose (host/postgres/schema_record.py).
PETBASE = "petbase"
_OWN_SCHEMAS = f"{EXTENSIONS}|{PETBASE}"
_SCHEMA = re.compile(rf"(?!pg_|({'|'.join(sorted(_RESERVED_SCHEMAS))}|{_OWN_SCHEMAS})$)[a-z0-9_][a-z0-9._-]{{0,62}}")
_KEY_KINDS = {"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"} | {
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
}
_KEY_LINE = re.compile(rf"\s*({'|'.join(sorted(_KEY_KINDS))})\s+[A-Za-z0-9+/=]+(\s[\w .@:+/=-]*)?", re.ASCII)
_KEY_HINT = "paste the line of ~/.ssh/id_ed25519.pub"


def _cron(value: str) -> None:
    """The plugin stores any text, and cron then ignores the file, silently (contract 348)."""
    if problem := cron.problem(value):
        raise ValueError(f'"{value}" {problem}')


def _fqdn(value: str) -> None:
    scheme, found, rest = value.partition("://")
    if found:
        raise ValueError(f'"{value}" is a web address; write the name alone: {rest.partition("/")[0] or scheme}')
    if value != value.lower() and _FQDN.fullmatch(value.lower()):
        raise ValueError(f'"{value}" is not a domain name; write it in lowercase: {value.lower()}')


def _schema(value: str) -> None:
    if value in _RESERVED_SCHEMAS or value.startswith("pg_"):
        raise ValueError(f'"{value}" belongs to PostgreSQL; choose another schema name')
    if value == EXTENSIONS:
        raise ValueError(f'"{value}" holds the extensions of all apps; choose another schema name')
    if value == PETBASE:
        raise ValueError(f'"{value}" holds Petbase\'s own tables; choose another schema name')


def _bucket(value: str) -> None:
    """The blogs write BUCKET/PATH, which here are two keys."""
    bucket, slash, path = value.partition("/")
    if slash:
        _PATH_FORM.checked(path)
        raise ValueError(f'"{value}" is a bucket and a path; write bucket: {bucket} and path: {path}')


def is_variable_name(value: str) -> bool:
    """Whether a value has the form of a variable's name."""
    return re.fullmatch(_WORD, value) is not None


def _variable(value: str) -> None:
    if value in _RESERVED_VARIABLES or value.startswith("DOKKU_"):
        raise ValueError(f'"{value}" is set by Dokku or by Petbase; choose another name')


def _as_text(value: Any) -> Any:
    """`PORT: 3000` and `DEBUG: true` mean the text that stands there (components/config/stack_file.py)."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


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
        raise ValueError(f'"{line}" is a file; write its contents, which this prints: cat {line}')
    problem = f'"{line[:40]}" is not a public SSH key; {_KEY_HINT}'
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


def _public_key(line: str) -> None:
    parse_public_key(line)


def _one_spaced(line: str) -> str:
    return " ".join(line.split())


def _parameter(name: str) -> None:
    if name in _LEADS:
        raise ValueError(f'"{name}" would lead the URL elsewhere; remove it')


_PATH_FORM = Form(
    _PATH,
    "a plain path",
    'cron gives it to a shell, where $ and % have a meaning. Write one like "prod"; each dump has its date in its name',
)

Fqdn = Annotated[str, Form(_FQDN, "a domain name", 'write one like "fruits.example.com"', _fqdn)]
AppName = Annotated[
    str,
    Form(
        _APP,
        "an app name",
        'use lowercase letters, digits, "-" and ".", with a letter or digit at both ends, at most 63 characters',
    ),
]
SchemaName = Annotated[
    str,
    Form(_SCHEMA, "a schema name", 'use lowercase letters, digits, "_", "-" and ".", at most 63 characters', _schema),
]
ExtensionName = Annotated[str, Form(_EXTENSION, "the name of an extension", 'write one like "pgcrypto" or "uuid-ossp"')]
Timeout = Annotated[str, Form(_TIMEOUT, "a time limit", 'write a number with ms, s or min, like "30s"', numbers=True)]
UrlScheme = Annotated[
    str, Form(SCHEME, "a scheme of PostgreSQL", 'write one like "postgresql" or "postgresql+psycopg"')
]
UrlParameter = Annotated[str, Form(_PARAMETER, "a URL parameter", 'write one like "sslmode"', _parameter)]
UrlParameterValue = Annotated[
    str,
    BeforeValidator(_as_text),
    Form(_PRINTABLE, "a value for a URL parameter", "use printable ASCII characters"),
    _ANY_SCALAR,
]
ServiceName = Annotated[
    str, Form(_SERVICE, "a service name", 'use letters, digits, "_" and "-", at most 57 characters')
]
BucketName = Annotated[
    str,
    Form(
        _BUCKET,
        "a bucket name",
        'use 3 to 63 lowercase letters, digits and "-", with a letter or digit at both ends',
        _bucket,
    ),
]
BucketPath = Annotated[str, _PATH_FORM]
DumpFolder = Annotated[str, replace(_PATH_FORM, form=re.compile(f"/|{_PATH.pattern}"))]
"""A path, or / for the top level of the bucket."""
AccountId = Annotated[
    str, Form(_HEX32, "an account id", "copy the 32 hex digits from the address of your Cloudflare dashboard")
]
PostgresVersion = Annotated[str, Form(_VERSION, "a version", 'write MAJOR.MINOR, like "18.4"')]
Release = Annotated[str, Form(_RELEASE, "a release", 'write one like "0.38.27"')]
Region = Annotated[str, Form(_REGION, "a region", 'use lowercase letters, digits and "-"')]
Url = Annotated[str, Form(_URL, "an address", 'write one like "https://s3.example.com"')]
VariableName = Annotated[
    str,
    Form(_VARIABLE, "a variable name", NAME_HINT, _variable),
]
SecretName = Annotated[str, Form(re.compile(_WORD), "the name of a secret", NAME_HINT)]
VariableValue = Annotated[str, BeforeValidator(_as_text), AfterValidator(_value), _ANY_SCALAR]
PortMap = Annotated[
    str, Form(_PORT_MAP, "a port mapping", 'write SCHEME:HOST_PORT:CONTAINER_PORT, like "http:80:5000"')
]
DumpSource = Annotated[str, Form(_DUMP, "a dump", 'write "latest", or a name that ./petbase backups lists')]
ProcessType = Annotated[str, Form(_PROCESS, "a process type", 'write one like "web" or "worker"')]
Mount = Annotated[str, Form(_MOUNT, "a mount", 'write NAME:/FOLDER or /HOST:/FOLDER, like "uploads:/app/uploads"')]
HealthPath = Annotated[str, Form(_HEALTH_PATH, "a path", 'write one like "/healthz"')]
CronSchedule = Annotated[str, Form(_CRON, "a cron expression", 'write five fields, as in "0 3 * * *"', _cron)]
PublicKey = Annotated[str, Form(_KEY_LINE, "a public SSH key", _KEY_HINT, _public_key), AfterValidator(_one_spaced)]
