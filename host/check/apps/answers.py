"""Does every app that should run answer by its own names, through nginx?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from host.check.apps.own import DEPLOYING_SECONDS, is_stopped_by_hand, own_apps
from host.check.findings import Findings
from host.core import files
from host.core.host import Host
from host.programs.together import limited, together
from host.watch.http import NO_ANSWER

# As Dokku writes it (plugins/nginx-vhosts/templates/nginx.conf.sigil, 0.38); IPv6 has a line of its own.
_LISTEN = re.compile(r"^\s*listen\s+(?:([\d.]+):)?(\d+)( ssl)?", re.MULTILINE)
_USUAL_PORT = {"http": "80", "https": "443"}
# A certificate of Cloudflare's origin CA is trusted by nobody here; certificates are looked at by their days.
_HOW = ("--silent", "--globoff", "--insecure", "--noproxy", "*", "--max-time", "10", "--user-agent", "petbase-check")
CURL = ("curl", *_HOW, "--output", "/dev/null", "--write-out", "%{http_code}")


@dataclass(frozen=True)
class _Question:
    """One name of one app. `path` is the declared one, "" for none."""

    app: str
    name: str
    scheme: str
    port: str
    address: str
    path: str

    def ask(self, host: Host) -> str:
        """The HTTP status."""
        port = "" if self.port == _USUAL_PORT[self.scheme] else f":{self.port}"
        url = f"{self.scheme}://{self.name}{port}{self.path or '/'}"
        where = f"{self.name}:{self.port}:{self.address}"
        return host.ask(*CURL, "--resolve", where, url).stdout.strip() or NO_ANSWER

    def is_well(self, status: str) -> bool:
        """A declared path must be served; at `/` an app may want a login, or have nothing."""
        return NO_ANSWER < status < ("400" if self.path else "500")


def look_at_answers(found: Findings) -> None:
    """Only of apps that run: that one does not is told already."""
    questions = [one for app in own_apps(found.host) if app not in found.apps_down for one in _questions(found, app)]
    silent = _silent(found.host, questions)
    if silent:
        found.host.sleep(DEPLOYING_SECONDS)
        silent = _silent(found.host, list(silent))
    for question, status in silent.items():
        if not is_stopped_by_hand(found.host, question.app):
            _tell(found, question, status)


def _silent(host: Host, questions: list[_Question]) -> dict[_Question, str]:
    asking = limited(host)
    statuses = together(*(partial(question.ask, asking) for question in questions))
    pairs = zip(questions, statuses, strict=True)
    return {question: status for question, status in pairs if not question.is_well(status)}


def _questions(found: Findings, app: str) -> list[_Question]:
    """None where no process serves the web, or where another proxy than nginx does."""
    home = found.host.path(f"/home/dokku/{app}")
    ports = _LISTEN.findall(files.read(home / "nginx.conf"))
    if not ports or not any(home.glob("CONTAINER.web.*")):
        return []
    address, port, ssl = next((one for one in ports if one[2]), ports[0])
    names = [name for name in files.read(home / "VHOST").split() if "*" not in name]
    scheme, path = "https" if ssl else "http", found.settings.paths.get(app, "")
    return [_Question(app, name, scheme, port, address or "127.0.0.1", path) for name in names]


def _tell(found: Findings, question: _Question, status: str) -> None:
    what = "does not answer" if status == NO_ANSWER else f"answers {status}"
    found.problem(
        f"answer {question.name}",
        f"{question.app} {what} at {question.scheme}://{question.name}{question.path}, asked through nginx on the "
        f"server. Look at: dokku logs {question.app}",
    )
