"""What the stack file says of the database: its version and settings, an app's schema, and how its URL is written."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from components.config.values.form import ANY_SCALAR, Form, as_text
from host.link.url import LOGIN, SCHEME
from host.postgres.roles import EXTENSIONS
from host.postgres.schema_record import PETBASE

_VERSION = re.compile(r"\d{1,3}\.\d{1,3}")
_SETTING, _SETTING_VALUE = re.compile(r"[a-z_.]+"), re.compile(r"[A-Za-z0-9._-]+")
_TIMEOUT = re.compile(r"[1-9]\d{0,6}(ms|s|min)")
_LEADS = (*LOGIN, "service", "servicefile", "passfile")
_PARAMETER = re.compile(rf"(?!(?:{'|'.join(_LEADS)})$)[A-Za-z][A-Za-z0-9_.-]{{0,62}}")
_PRINTABLE = re.compile(r"[ -~]*")
_EXTENSION = re.compile(r"[a-z0-9_][a-z0-9_-]{0,62}")
# A schema's owner is the role of its name, and the role postgres may do everything.
_RESERVED_SCHEMAS = {"public", "information_schema", "postgres", "none"}
_OWN_SCHEMAS = f"{EXTENSIONS}|{PETBASE}"
_SCHEMA = re.compile(rf"(?!pg_|({'|'.join(sorted(_RESERVED_SCHEMAS))}|{_OWN_SCHEMAS})$)[a-z0-9_][a-z0-9._-]{{0,62}}")


def _schema(value: str) -> None:
    if value in _RESERVED_SCHEMAS or value.startswith("pg_"):
        raise ValueError(f'"{value}" belongs to PostgreSQL; choose another schema name')
    if value == EXTENSIONS:
        raise ValueError(f'"{value}" holds the extensions of all apps; choose another schema name')
    if value == PETBASE:
        raise ValueError(f'"{value}" holds Petbase\'s own tables; choose another schema name')


def _parameter(name: str) -> None:
    if name in _LEADS:
        raise ValueError(f'"{name}" would lead the URL elsewhere; remove it')


PostgresVersion = Annotated[str, Form(_VERSION, "a version", 'write MAJOR.MINOR, like "18.4"')]
SettingName = Annotated[str, Form(_SETTING, "a PostgreSQL setting", 'write one like "max_connections"')]
SettingValue = Annotated[
    str,
    Form(_SETTING_VALUE, "a value that can be used here", 'use letters, digits, ".", "_" and "-"', numbers=True),
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
    BeforeValidator(as_text),
    Form(_PRINTABLE, "a value for a URL parameter", "use printable ASCII characters"),
    ANY_SCALAR,
]
