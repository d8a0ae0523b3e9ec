"""What the stack file may say of names and certificates: `edge`, and an app's `proxied` and `tls`."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from components.config.section import Section
from components.config.values.form import Form, as_text
from components.config.values.variable_types import NAME_HINT, SecretName, is_variable_name

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_KINDS = ("origin-ca", "letsencrypt", "none")
_PAIR, _TAR = {"certificate", "key"}, {"tar"}

TlsKind = Literal["origin-ca", "letsencrypt", "none"]


class OwnCertificate(Section):
    """Your own certificate, as the names of the app's secrets that hold it, since no private key belongs in git:
    two PEM texts, or one tar of both in base64, as `certs:add` takes it.
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
    """Secret with the certificate and its chain, as PEM."""
    key: SecretName | None = None
    """Secret with the private key, as PEM."""
    tar: SecretName | None = None
    """Secret with a tar of both, in base64."""

    @property
    def names(self) -> tuple[str, ...]:
        """The secrets that hold it."""
        return tuple(name for name in (self.certificate, self.key, self.tar) if name)


def _tls(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() not in (_PAIR, _TAR) or not all(isinstance(name, str) for name in value.values()):
            names = ", ".join(map(str, value)) or "none"
            raise ValueError(
                f"expects certificate and key, or tar, not {names}; write {{certificate: NAME, key: NAME}} or "
                "{tar: NAME}, where each NAME names a secret"
            )
        for name in value.values():
            if not is_variable_name(name):
                raise ValueError(f'"{name}" is not the name of a secret; {NAME_HINT}')
        return OwnCertificate.model_validate(value)
    if value is not None and value not in _KINDS:
        told = "a list" if isinstance(value, list) else f'"{as_text(value)}"'
        raise ValueError(f"{told} is not allowed; write {', '.join(_KINDS)}, or {{certificate: NAME, key: NAME}}")
    return value


Tls = Annotated[TlsKind | OwnCertificate | None, BeforeValidator(_tls)]


_RECORD, _RECORD_ID = re.compile(r"(A|AAAA) (\*\.)?[a-z0-9.-]+"), re.compile(r"[0-9a-f]{32}/[0-9a-f]{32}")
Record = Annotated[str, Form(_RECORD, "a record", 'write one like "A blog.example.com"')]
RecordId = Annotated[str, Form(_RECORD_ID, "a ZONE/RECORD", "write two ids of 32 hex digits each")]
Email = Annotated[str, Form(_EMAIL, "an e-mail address", 'write one like "me@example.com"')]


class Edge(Section):
    """DNS records and certificates. Defaults follow from the rest of the file."""

    dns: Literal["cloudflare", "none"] | None = None
    """`cloudflare`: this stack creates DNS records there (the default with backups in R2). `none`: it creates none."""
    proxied: bool | None = None
    """Whether visitors are proxied by Cloudflare. Default: true if this stack creates the records."""
    tls: Annotated[TlsKind | None, BeforeValidator(_tls)] = None
    """Where certificates come from. Default: `origin-ca` for proxied names, `none` for others."""
    email: Email | None = None
    """Your address for Let's Encrypt. Required for `letsencrypt`."""
    ssl: Literal["strict"] | None = None
    """`strict`: set the SSL mode of the zones to Full (strict). It applies to whole zones, hence no default."""
    imports: dict[Record, RecordId] = Field(default={}, alias="import")
    """Existing records to import, like `A blog.example.com: ZONE/RECORD`. With `dns: none` they stay as they are."""
    validity_days: Literal[7, 30, 90, 365, 730, 1095, 5475] = 5475
    """Lifetime of an Origin CA certificate in days. A `pulumi up` in its second half renews it."""
