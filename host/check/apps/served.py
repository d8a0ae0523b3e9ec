"""Does nginx show each app's own certificate? If not, another site has taken the app's name, or nginx was not reloaded.

An answer alone does not tell: nginx gives a name that it has no site for to its default one.
"""

import re
from functools import partial

from host.app.answers import Question, questions
from host.check.apps.running import DEPLOYING_SECONDS, own_apps
from host.check.findings import Findings
from host.core import files
from host.core.host import Host
from host.programs.together import together

_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def look_at_served(found: Findings) -> None:
    """Only of apps that run, and of names that nginx answers by TLS."""
    apps = [app for app in own_apps(found.host) if app not in found.apps_down]
    asked = [one for app in apps for one in questions(found.host, app) if one.scheme == "https"]
    if others := _others(found.host, asked):
        found.host.sleep(DEPLOYING_SECONDS)
        others = _others(found.host, others)
    for question in others:
        text = (
            f"nginx shows another certificate for {question.name} than the one of {question.app}: another site has "
            f"taken that name, or nginx was not reloaded. Try: dokku proxy:build-config {question.app}"
        )
        found.problem(f"served {question.name}", text)


def _others(host: Host, asked: list[Question]) -> list[Question]:
    """The names at which another certificate is shown than the one that Dokku keeps for the app."""
    asking = host.limited()
    shown = together(*(partial(_shown, asking, question) for question in asked))
    pairs = zip(asked, shown, strict=True)
    return [question for question, one in pairs if one and _own(host, question.app) not in ("", one)]


def _shown(host: Host, question: Question) -> str:
    """The certificate that nginx shows for a name; "" where it shows none, which the look at answers tells."""
    where = f"{question.address}:{question.port}"
    return _first(host.ask("openssl", "s_client", "-connect", where, "-servername", question.name).stdout)


def _own(host: Host, app: str) -> str:
    return _first(files.read(host.path(f"/home/dokku/{app}/tls/server.crt")))


def _first(text: str) -> str:
    """The letters of the first certificate in a text: behind it come those that sign it."""
    found = _CERTIFICATE.search(text)
    return "".join(found[1].split()) if found else ""
