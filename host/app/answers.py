"""Does an app answer by its own names, through nginx on this server?"""

import re
from dataclasses import dataclass

from host.core import files
from host.core.host import Host
from host.watch.http import NO_ANSWER

# As Dokku writes it (plugins/nginx-vhosts/templates/nginx.conf.sigil, 0.38); IPv6 has a separate line.
_LISTEN = re.compile(r"^\s*listen\s+(?:([\d.]+):)?(\d+)( ssl)?", re.MULTILINE)
_USUAL_PORT = {"http": "80", "https": "443"}
# A certificate of Cloudflare's origin CA is not trusted here; certificates are looked at by their days.
_HOW = ("--silent", "--globoff", "--insecure", "--noproxy", "*", "--max-time", "10", "--user-agent", "petbase-check")
CURL = ("curl", *_HOW, "--output", "/dev/null", "--write-out", "%{http_code}")


@dataclass(frozen=True)
class Question:
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

    def outcome(self, status: str) -> str:
        """For people: `answers 502 at https://fruits.example.com`, or that it does not."""
        what = "does not answer" if status == NO_ANSWER else f"answers {status}"
        return f"{what} at {self.scheme}://{self.name}{self.path}"

    def is_well(self, status: str) -> bool:
        """A declared path must be served; at `/` an app may want a login, or have nothing."""
        return NO_ANSWER < status < ("400" if self.path else "500")


def questions(host: Host, app: str, path: str = "") -> list[Question]:
    """None where no process serves the web, or where another proxy than nginx does."""
    home = host.path(f"/home/dokku/{app}")
    ports = _LISTEN.findall(files.read(home / "nginx.conf"))
    if not ports or not any(home.glob("CONTAINER.web.*")):
        return []
    address, port, ssl = next((one for one in ports if one[2]), ports[0])
    names = [name for name in files.read(home / "VHOST").split() if "*" not in name]
    scheme = "https" if ssl else "http"
    return [Question(app, name, scheme, port, address or "127.0.0.1", path) for name in names]
