"""`letsencrypt:*`, a stand-in for the plugin dokku-letsencrypt: no ACME, a CA of this host signs at once.

Texts, files and exit codes: the plugin's command-functions and internal-functions. An app that was never deployed gets
a certificate too, as in its tests (letsencrypt_enable_http01.bats: create, set a domain, enable); why the real one
refuses a name (no record, port 80 closed) is not known here.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import DATA
from sandbox.host.dokku.domains import proxy

_KEYS = ("dns-provider", "email", "graceperiod", "server", "lego-docker-args")
_AUTORENEW = DATA / "letsencrypt" / "autorenew"
_DAYS = 90


def set_(call: Call) -> int:
    """`letsencrypt:set APP KEY [VALUE]`"""
    app = apps.verified(app_named(call.words))
    key, value = [*call.words[1:], "", ""][:2]
    if not key:
        raise say.RefusedError("No key specified")
    if key not in _KEYS:
        raise say.RefusedError(f"Invalid key specified, valid keys include: {', '.join(_KEYS)}")
    say.title(f"Setting {key} to {value}" if value else f"Unsetting {key}")
    apps.put(app, "letsencrypt", key, value)
    return 0


def active(call: Call) -> int:
    """`letsencrypt:active APP`: whether the app shows the certificate that the plugin fetched last."""
    app = apps.verified(app_named(call.words))
    shown, fetched = files.text(apps.home(app) / "tls/server.crt"), files.text(_current(app) / "server.crt")
    say.out(str(bool(shown) and shown == fetched).lower())
    return 0


def enable(call: Call) -> int:
    """`letsencrypt:enable APP`"""
    app = apps.verified(app_named(call.words))
    names = apps.vhosts(app)
    if not names:
        raise say.RefusedError(f"No domains detected for {app}")
    say.title(f"Enabling letsencrypt for {app}")
    if not apps.get(app, "letsencrypt", "email"):
        say.warn("ERROR: Cannot request a certificate without an e-mail address!")
        say.warn("  please provide your e-mail address using")
        raise say.RefusedError(f"  dokku letsencrypt:set {app} email <e-mail>")
    say.step(f"Getting letsencrypt certificate for {app}...")
    certificate, key = _signed(names)
    for folder in (_current(app), apps.home(app) / "tls"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        files.write(folder / "server.crt", certificate, 0o640)
        files.write(folder / "server.key", key, 0o640)
    say.step("Certificate retrieved successfully.")
    proxy.rebuild(app)
    say.step("Done")
    return 0


def disable(call: Call) -> int:
    """`letsencrypt:disable APP`: its certificate goes, whatever its source."""
    app = apps.verified(app_named(call.words))
    say.step("Disabling letsencrypt for app")
    say.detail(f"Removing letsencrypt files for {app}")
    shutil.rmtree(apps.home(app) / "letsencrypt", ignore_errors=True)
    say.detail(f"Removing SSL endpoint from {app}")
    shutil.rmtree(apps.home(app) / "tls", ignore_errors=True)
    proxy.rebuild(app)
    say.step("Done")
    return 0


def cron_job(call: Call) -> int:
    """`letsencrypt:cron-job --add|--remove`: noted only; nothing here is renewed."""
    if "--add" in call.words:
        files.write(_AUTORENEW, "")
        say.step("Added cron job to dokku's crontab.")
    elif "--remove" in call.words:
        _AUTORENEW.unlink(missing_ok=True)
        say.step("Removed cron job from dokku's crontab.")
    else:
        say.detail("Specify --add or --remove to modify the cron-job")
    return 0


def _current(app: str) -> Path:
    return apps.home(app) / "letsencrypt/certs/current"


def _signed(names: list[str]) -> tuple[str, str]:
    """A certificate for the names by an unknown CA, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives import serialization as ser
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Petbase sandbox Let's Encrypt")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC).replace(microsecond=0)
    made = x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=_DAYS)
    ).add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    pem = key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption())
    return made.sign(authority, hashes.SHA256()).public_bytes(ser.Encoding.PEM).decode(), pem.decode()
