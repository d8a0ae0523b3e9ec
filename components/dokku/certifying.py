"""What certificates, and names that are proxied, ask of the server when they appear, change and go; text only."""

from collections.abc import Sequence

from components.dokku.lifecycle import Noun, dokku_script, yes
from components.dokku.shell import script

_PAIR = ("certificate", "key")


def certificate(stack: str, app: str, *, said: bool) -> Noun:
    """A certificate and its key, which come on stdin, each PEM in base64. `said`: the stack file asks for it by a word,
    so it takes the place of one that was found there.
    """
    values = _values(stack, app)
    return Noun(
        dokku_script(
            f"certificate of {app}", "certified", "certificate", values={**values, "said": yes(said)}, secrets=_PAIR
        ),
        dokku_script(f"certificate of {app} goes", "certified", "certificate_gone", values=values, secrets=_PAIR),
    )


def lets_encrypt(stack: str, app: str, domains: Sequence[str], plugin: str, email: str) -> Noun:
    """A certificate that the plugin dokku-letsencrypt fetches and renews; that plugin in this version, where absent."""
    values = _values(stack, app)
    here = {**values, "plugin": plugin, "email": email}
    return Noun(
        dokku_script(f"certificate of {app}", "certified", "letsencrypt", values=here, words=domains),
        dokku_script(f"certificate of {app} goes", "certified", "certificate_gone", values=values),
    )


def visitors(stack: str, networks: Sequence[str]) -> Noun:
    """nginx takes a visitor's address from Cloudflare's header, in requests from these networks of Cloudflare's own."""
    conf = [*(f"set_real_ip_from {network};" for network in networks), "real_ip_header CF-Connecting-IP;"]
    values = {"resource": "visitors", "stack": stack}
    here = {**values, "conf": "\n".join(conf)}
    return Noun(
        script("visitors' addresses", "prelude", "files", "visitors", "visitors_here", values=here),
        script("visitors' addresses go", "prelude", "visitors", "visitors_gone", values=values),
    )


def _values(stack: str, app: str) -> dict[str, str]:
    return {"resource": f"certificate.{app}", "stack": stack, "app": app}
