"""What stands in for nginx: each app's nginx.conf as Dokku writes it, and `nginx -t` over all of them.

Requests are answered by the sandbox host's router, which reads routes.json (`routes.py`). The check is here because one
broken certificate stops the proxy of every app on the host (records 585-587).
"""

import os
from pathlib import Path

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.domains import routes

_TEMPLATES = Path(__file__).parents[1] / "templates"


def has_certificate(app: str) -> bool:
    """Whether a certificate is installed, whatever it is worth."""
    tls = apps.home(app) / "tls"
    return (tls / "server.crt").exists() and (tls / "server.key").exists()


def rebuild(app: str, names: list[str] | None = None) -> None:
    """Write the app's nginx.conf, check every app's, reload; a failure prints the broken one and refuses."""
    for name in apps.vhosts(app) if names is None else names:
        say.step(f"Configuring {name}...(using built-in template)")
    scheme = "https" if has_certificate(app) else "http"
    say.step(f"Creating {scheme} nginx.conf")
    deployed = apps.is_deployed(app)
    if scheme == "https" and deployed:
        say.detail("Enabling HSTS (using built-in template)")
    say.detail("Reloading nginx")
    if not deployed:
        say.warn(f"No web listeners specified for {app}")
    files.write(apps.home(app) / "nginx.conf", config_text(app, scheme, deployed=deployed), 0o600)
    routes.publish()
    if broken := first_broken():
        name, reason = broken
        say.out((apps.home(name) / "nginx.conf").read_text(), end="")
        raise say.RefusedError(broken_text(name, reason), bare=True)


def config_text(app: str, scheme: str, *, deployed: bool) -> str:
    """The app's nginx.conf."""
    text = (_TEMPLATES / f"{scheme}.conf").read_text()
    upstream = f"proxy_pass  http://{app}-5000" if deployed else "return 502"
    text = text.replace("@NAMES@", " ".join(apps.vhosts(app))).replace("@UPSTREAM@", upstream)
    return text.replace("@APP@", app)


def broken_text(app: str, reason: str) -> str:
    """What is said on stderr about a configuration that nginx does not take."""
    return (
        f" !     Failed to validate nginx config for {app}. Contents below...\n{reason}\n"
        "nginx: configuration file /etc/nginx/nginx.conf test failed"
    )


def first_broken() -> tuple[str, str] | None:
    """The first app whose certificate would stop nginx, and nginx's words."""
    for app in apps.names():
        if has_certificate(app) and (reason := _reason(app)):
            return app, f"{_now()} [emerg] {os.getpid()}#{os.getpid()}: {reason}"
    return None


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y/%m/%d %H:%M:%S")


def _reason(app: str) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    tls = apps.home(app) / "tls"
    try:
        public = x509.load_pem_x509_certificate((tls / "server.crt").read_bytes()).public_key()
    except ValueError:
        return (
            f'cannot load certificate "{tls}/server.crt": PEM_read_bio_X509_AUX() failed '
            "(SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)"
        )
    try:
        private = load_pem_private_key((tls / "server.key").read_bytes(), None)
    except (ValueError, TypeError):
        return f'cannot load certificate key "{tls}/server.key": PEM_read_bio_PrivateKey() failed'
    if private.public_key() == public:
        return ""
    return (
        f'SSL_CTX_use_PrivateKey("{tls}/server.key") failed '
        "(SSL: error:05800074:x509 certificate routines::key values mismatch)"
    )
