"""`certs:*`: an app's certificate.

A pair that does not match is installed all the same and stops the proxy (records 481, 585).
"""

import io
import secrets
import shutil
import sys
import tarfile
from datetime import UTC, datetime

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files, report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.domains import ports, proxy


def add(call: Call) -> int:
    """`certs:add APP`, a tar on stdin with one .crt and one .key; `certs:update` is the same."""
    app = apps.verified(app_named(call.words))
    found = _unpacked(sys.stdin.buffer.read(), call.user)
    tls = apps.home(app) / "tls"
    tls.mkdir(mode=0o750, exist_ok=True)
    for suffix in (".crt", ".key"):
        files.write(tls / f"server{suffix}", found[suffix], 0o640)
    _compare_names(app)
    if apps.is_deployed(app) and ports.saved(app):
        ports.add_https(app)
    proxy.rebuild(app)
    return 0


def _unpacked(content: bytes, user: str) -> dict[str, str]:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as archive:
            members = [(member.name, archive.extractfile(member)) for member in archive if member.isfile()]
            entries = [(name, file.read().decode(errors="replace")) for name, file in members if file]
    except tarfile.TarError as error:
        raise say.RefusedError("", 2, bare=True) from error
    _announce(user)
    found: dict[str, str] = {}
    for suffix in (".crt", ".key"):
        matching = [text for name, text in entries if name.endswith(suffix)]
        if not matching:
            raise say.RefusedError(f"Tar archive is missing {suffix} file")
        if len(matching) > 1:
            raise say.RefusedError(f"Tar archive contains more than one {suffix} file")
        found[suffix] = matching[0]
    return found


def _announce(user: str) -> None:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    scratch = f"/tmp/dokku-{secrets.randbelow(32768)}"
    for event in ("started", "completed"):
        say.err(
            f"[archive-security] timestamp={at} user={user} event=extraction_{event} archive_type=tar "
            f"source={scratch}-archive.{secrets.token_hex(3)} "
            f"details=dest={scratch}-cmd-certs-set.{secrets.token_hex(3)}"
        )


def _compare_names(app: str) -> None:
    """Warn when the certificate has none of the app's names."""
    names = apps.vhosts(app)
    covered = _described(app)["hostnames"].split()
    if names and not any(name in covered or "*." + name.partition(".")[2] in covered for name in names):
        say.step(
            f"No matching configured domains for {app} found in SSL certificate. "
            "Your app will show as insecure in a browser if accessed via SSL"
        )
        say.step("Please add appropriate domains via the dokku domains command")
        say.step("Configured domains for app:")
        for name in names:
            say.title(name)


def remove(call: Call) -> int:
    """`certs:remove APP`"""
    app = apps.verified(app_named(call.words))
    if not (apps.home(app) / "tls").exists():
        raise say.RefusedError("An app-specific SSL endpoint is not defined")
    say.step(f"Removing SSL endpoint from {app}")
    shutil.rmtree(apps.home(app) / "tls")
    proxy.rebuild(app)
    return 0


def show(call: Call) -> int:
    """`certs:show APP crt|key`; the refusals are those of Dokku's plugins/certs/subcommands/show."""
    app = apps.verified(app_named(call.words))
    which = call.words[1] if len(call.words) > 1 else ""
    if which not in {"crt", "key"}:
        raise say.RefusedError("specify either 'key' or 'crt'")
    if not proxy.has_certificate(app):
        raise say.RefusedError(f"{app} doesn't have an SSL endpoint defined")
    say.out((apps.home(app) / "tls" / f"server.{which}").read_text(), end="")
    return 0


def _described(app: str) -> dict[str, str]:
    """What the certificate says of itself; blanks when there is none or it cannot be read."""
    empty = dict.fromkeys(("expires-at", "hostnames", "issuer", "starts-at", "subject", "verified"), "")
    if not proxy.has_certificate(app):
        return empty
    from cryptography import x509

    path = apps.home(app) / "tls" / "server.crt"
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        say.err(f"Could not read certificate from {path}\nUnable to load certificate")
        return empty
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
            x509.DNSName
        )
    except x509.ExtensionNotFound:
        names = []
    return {
        "expires-at": _moment(found.not_valid_after_utc),
        "hostnames": "\n".join(names).replace("\n", " "),
        "issuer": ", ".join(f"{part.rfc4514_attribute_name} = {part.value!s}" for part in found.issuer),
        "starts-at": _moment(found.not_valid_before_utc),
        "subject": "; ".join(f"{part.rfc4514_attribute_name}={part.value!s}" for part in found.subject),
        "verified": "self signed" if found.issuer == found.subject else "verified by a certificate authority",
    }


def _moment(at: datetime) -> str:
    return at.strftime("%b %e %H:%M:%S %Y GMT")


def show_report(call: Call) -> int:
    """`certs:report APP`"""
    app = apps.verified(app_named(call.words))
    values = {"dir": str(apps.home(app) / "tls"), "enabled": str(proxy.has_certificate(app)).lower(), **_described(app)}
    return report.show(call, f"{app} ssl information", "ssl", values)
