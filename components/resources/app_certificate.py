"""An app's certificate on the server."""

import base64
from dataclasses import dataclass

import pulumi

from components.config import pem
from components.config.edge_defaults import tls_of
from components.config.edge_spec import OwnCertificate
from components.config.secrets import Secrets
from components.config.spec import Estate
from components.dokku import certifying
from components.edits.renaming import with_old_name
from components.resources.certificates import Bases, Certificates
from components.resources.server import Server

_TYPE = "petbase:app_certificate:AppCertificate"


@dataclass(frozen=True)
class AppCertificateArgs:
    """`stack` is PROJECT/STACK; `after` is what changes the app before: its room and its settings."""

    stack: str
    estate: Estate
    secrets: Secrets
    server: Server
    certificates: Certificates
    bases: Bases | None
    after: pulumi.Resource


class AppCertificate(pulumi.ComponentResource):
    """Makes one remote command: the app shows its certificate. Key and certificate travel on stdin, and are checked on
    the server before Dokku sees them. Going takes away what was put there, and nothing else.

    Outputs: `tls`, where the certificate comes from.
    """

    def __init__(self, name: str, args: AppCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, with_old_name(args.estate, name, opts))
        kind = tls_of(args.estate, name)
        own = pulumi.ResourceOptions(parent=self, depends_on=[args.after])
        pair: list[pulumi.Input[str]] = []
        if kind == "letsencrypt":
            plugin, email = args.estate.dokku.letsencrypt_plugin, args.estate.edge.email or ""
            noun = certifying.lets_encrypt(args.stack, name, args.estate.domains_of(name), plugin, email)
        else:
            said = bool(args.estate.apps[name].tls or args.estate.edge.tls)
            noun = certifying.certificate(args.stack, name, said=said)
            found = (
                pem.pair(kind, args.secrets.certificates[name])
                if isinstance(kind, OwnCertificate)
                else args.certificates.signed[args.bases or ()].pair
            )
            pair = [pulumi.Output.secret(part.apply(_line)) for part in (found.certificate, found.key)]
        args.server.host.send(f"{name}-certificate", noun, own, secrets=pair)
        self.register_outputs({"tls": kind if isinstance(kind, str) else "own"})


def _line(text: str) -> str:
    """A PEM text as one line of stdin; its end is always the same, so that the same text is the same file there."""
    return base64.b64encode(f"{text.strip()}\n".encode()).decode()
