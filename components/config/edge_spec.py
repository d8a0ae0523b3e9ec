"""What the stack file may say of names and certificates: `edge`, and an app's `proxied` and `tls`."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from components.config.form import Form
from components.config.section import Section
from components.config.types import NAME_HINT, SecretName, is_variable_name

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_KINDS = ("origin-ca", "letsencrypt", "none")
_PAIR, _TAR = {"certificate", "key"}, {"tar"}

TlsKind = Literal["origin-ca", "letsencrypt", "none"]


class OwnCertificate(Section):
    """A certificate of one's own: names of secrets, each the config key `petbase:APP.NAME`, since no private key
    belongs into git. Two PEM texts, or a tar of both in base64, as `certs:add` takes it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["certificate", "key"], "maxProperties": len(_PAIR)},
                {"required": ["tar"], "maxProperties": len(_TAR)},
            ]
        }
    )

    certificate: SecretName | None = None
    """The secret that holds the certificate, chain included, as PEM."""
    key: SecretName | None = None
    """The secret that holds its private key, as PEM."""
    tar: SecretName | None = None
    """The secret that holds a tar of both, in base64."""

    @property
    def names(self) -> tuple[str, ...]:
        """The secrets that hold it."""
        return tuple(name for name in (self.certificate, self.key, self.tar) if name)


def _tls(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() not in (_PAIR, _TAR) or not all(isinstance(name, str) for name in value.values()):
            raise ValueError("write {certificate: NAME, key: NAME} or {tar: NAME}, where each NAME names a secret")
        for name in value.values():
            if not is_variable_name(name):
                raise ValueError(f'"{name}" is not the name of a secret; {NAME_HINT}')
        return OwnCertificate.model_validate(value)
    if value is not None and value not in _KINDS:
        raise ValueError(f'"{value}" is not allowed; write {", ".join(_KINDS)}, or {{certificate: NAME, key: NAME}}')
    return value


Tls = Annotated[TlsKind | OwnCertificate | None, BeforeValidator(_tls)]


_RECORD, _RECORD_ID = re.compile(r"(A|AAAA) (\*\.)?[a-z0-9.-]+"), re.compile(r"[0-9a-f]{32}/[0-9a-f]{32}")
Record = Annotated[str, Form(_RECORD, "a record", 'write one like "A blog.example.com"')]
RecordId = Annotated[str, Form(_RECORD_ID, "a ZONE/RECORD", "write two ids of 32 hex digits each")]
Email = Annotated[str, Form(_EMAIL, "an e-mail address", 'write one like "me@example.com"')]


class Edge(Section):
    """DNS records and certificates. What is not said follows from the rest (components/config/edge_defaults.py)."""

    dns: Literal["cloudflare", "none"] | None = None
    """Who makes the DNS records: this stack at Cloudflare (the default with backups in R2), or nobody here."""
    proxied: bool | None = None
    """Whether visitors come through Cloudflare; without it true where the records are made here."""
    tls: Annotated[TlsKind | None, BeforeValidator(_tls)] = None
    """Where certificates come from; without it `origin-ca` for names that are proxied, `none` for others."""
    email: Email | None = None
    """Whom Let's Encrypt writes to; `letsencrypt` needs it."""
    ssl: Literal["strict"] | None = None
    """`strict`: the zones' SSL mode is set to Full (strict). It counts for the whole zone, so only on demand."""
    imports: dict[Record, RecordId] = Field(default={}, alias="import")
    """Records that are there, as in `A blog.example.com: ZONE/RECORD`: with `dns: none` each stays as it is."""
    validity_days: Literal[7, 30, 90, 365, 730, 1095, 5475] = 5475
    """Days that an Origin CA certificate lasts; an `up` in its second half brings the next one."""
