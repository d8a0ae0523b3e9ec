"""An app's certificate on the server."""

from dataclasses import dataclass

import pulumi

from components.config.edge_spec import OwnCertificate
from components.config.rules.edge_defaults import tls_of
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.config.values import pem
from components.dokku.attempt import WithCommands
from components.edits.renaming import with_old_name
from components.resources.certificates import Bases, Certificates
from components.resources.server import Server
from host.certificate.ensure import EnsureCertificate, RemoveCertificate
from host.certificate.obtain import ObtainCertificate

_TYPE = "petbase:app_certificate:AppCertificate"


@dataclass(frozen=True)
class AppCertificateArgs:
    """`after` is what changes the app before: its link and its settings."""

    estate: Estate
    secrets: Secrets
    server: Server
    certificates: Certificates
    bases: Bases | None
    after: pulumi.Resource


class AppCertificate(WithCommands):
    """Makes one remote command: the app shows its certificate. Key and certificate travel on stdin, and are checked on
    the server before Dokku sees them. Going takes away what was put there, and nothing else.

    Outputs: `tls`, where the certificate comes from.
    """

    def __init__(self, name: str, args: AppCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, with_old_name(args.estate, name, opts))
        kind = tls_of(args.estate, name)
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.after])
        args.server.host.command(
            f"{name}-certificate",
            _obtain(args.estate, name) if kind == "letsencrypt" else _ensure(args.estate, name),
            RemoveCertificate(name),
            own,
            secrets=[] if kind == "letsencrypt" else _pair(args, name, kind),
        )
        self.register_outputs({"tls": kind if isinstance(kind, str) else "own"})


def _obtain(estate: Estate, app: str) -> ObtainCertificate:
    return ObtainCertificate(
        app,
        domain=estate.domains_of(app),
        email=estate.edge.email or "",
        plugin=estate.dokku.letsencrypt_plugin,
    )


def _ensure(estate: Estate, app: str) -> EnsureCertificate:
    return EnsureCertificate(app, replace=bool(estate.apps[app].tls or estate.edge.tls))


def _pair(args: AppCertificateArgs, app: str, kind: object) -> list[pulumi.Input[str]]:
    found = (
        pem.pair(kind, args.secrets.certificates[app])
        if isinstance(kind, OwnCertificate)
        else args.certificates.signed[args.bases or ()].pair
    )
    return [pulumi.Output.secret(part) for part in (found.certificate, found.key)]
