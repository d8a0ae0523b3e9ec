"""A stand-in for Hetzner's HTTP API, on loopback, for as long as somebody needs it.

It knows the servers of the pretend project: it shows them, their types and the project's SSH keys, shuts one down and
powers it on, and gives them firewalls, in the words of docs.hetzner.cloud. Everything else is 404. It opens for the
sandbox's made-up token only.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sandbox.engine.environment import HCLOUD_TOKEN
from sandbox.providers.cloud import Cloud
from sandbox.providers.values import State

from . import firewalls
from .catalog import LOCATIONS, SERVER_TYPES
from .keys import SshKey
from .network import PrimaryIp
from .project import labels_of, selected
from .server import Server

Answer = tuple[int, State]
_LOOK_SECONDS = 0.05  # how long until an end is noticed


@dataclass
class Project:
    """The servers under a sandbox's `root`, and what was begun on them: `commands` as the API calls them."""

    root: Path
    actions: list[State] = field(default_factory=list)
    working: list[threading.Thread] = field(default_factory=list)

    @property
    def commands(self) -> list[str]:
        """What was asked for so far, in order."""
        return [str(action["command"]) for action in self.actions]

    def answer(self, method: str, path: str, query: State, body: State) -> Answer:
        """The status and the body for one request."""
        words = path.strip("/").split("/")[1:]
        if words[:1] == ["firewalls"]:
            found = firewalls.answer(Cloud(self.root, "hcloud"), self._act, (method, words[1:]), query, body)
        else:
            found = self._answer(method, words, query)
        return found or (404, {"error": {"code": "not_found", "message": "not found", "details": None}})

    def _answer(self, method: str, path: list[str], query: State) -> Answer | None:
        match method, path:
            case "GET", ["servers", key] if key in self._servers():
                return 200, {"server": self._server(key)}
            case "GET", [("servers" | "ssh_keys") as what]:
                items = self._selected(query) if what == "servers" else self._keys()
                return 200, _page(what, items, query)
            case "GET", ["server_types"]:
                wanted = query.get("name", list(SERVER_TYPES))
                return 200, {"server_types": [kind(name) for name in wanted if name in SERVER_TYPES]}
            case "GET", ["actions", number] if number.isdigit() and int(number) <= len(self.actions):
                return 200, {"action": self.actions[int(number) - 1]}
            case "POST", ["servers", key, "actions", ("shutdown" | "poweron") as what] if key in self._servers():
                return 201, {"action": self._begin(key, what)}
        return None

    def _servers(self) -> dict[str, State]:
        return Cloud(self.root, "hcloud").all(Server.token)

    def _selected(self, query: State) -> list[State]:
        (selector,) = query.get("label_selector", [""])
        return [self._server(key) for key, held in self._servers().items() if selected(labels_of(held), selector)]

    def _server(self, key: str) -> State:
        held = self._servers()[key]
        shown = {"id": int(key), "name": held["name"], "status": Server.hosts(self.root).status(key) or "unknown"}
        place = LOCATIONS[held["location"]]
        return shown | {
            "locked": False,
            "public_net": {"ipv4": self._address(key, held), "ipv6": None, "floating_ips": [], "firewalls": []},
            "server_type": kind(held["serverType"]),
            "primary_disk_size": held["primaryDiskSize"],
            "location": {"id": place["id"], "name": place["name"]},
        }

    def _address(self, key: str, held: State) -> State | None:
        """The server's primary IPv4 address, where it is a thing of the project."""
        addresses = Cloud(self.root, "hcloud").all(PrimaryIp.token).items()
        found = [number for number, address in addresses if str(address.get("assigneeId")) == key]
        if not found:
            return None
        return {"id": int(found[0]), "ip": held["ipv4Address"], "blocked": False, "dns_ptr": ""}

    def _keys(self) -> list[State]:
        held = Cloud(self.root, "hcloud").all(SshKey.token).items()
        return [{"id": int(key), "name": one["name"], "public_key": one["publicKey"]} for key, one in held]

    def _begin(self, key: str, what: str) -> State:
        """A shutdown is a wish, so its action is done before the server is off; power on is done when it is."""
        action = self._act(f"{what}_server", int(key))
        action |= {"status": "running", "progress": 0, "finished": None}
        number = int(action["id"])
        if what == "shutdown":
            self._done(number)

        def work() -> None:
            Server.hosts(self.root).power(key, on=what == "poweron")
            self._done(number)

        self.working.append(threading.Thread(target=work))
        self.working[-1].start()
        return self.actions[-1]

    def _act(self, command: str, *servers: int) -> State:
        """Note an action that is done."""
        resources = [{"id": number, "type": "server"} for number in servers]
        action = {"id": len(self.actions) + 1, "command": command, "started": _now(), "error": None}
        self.actions.append(action | {"resources": resources})
        self._done(len(self.actions))
        return self.actions[-1]

    def _done(self, number: int) -> None:
        self.actions[number - 1] |= {"status": "success", "progress": 100, "finished": _now()}


def kind(name: str) -> State:
    """A server type as the API shows it, without prices."""
    found = SERVER_TYPES[name]
    same = ("id", "name", "description", "category", "cores", "memory", "disk", "architecture")
    common = {"available": True, "recommended": True, "deprecation": None}
    places = [common | {"id": LOCATIONS[place]["id"], "name": place} for place in found["offered"]]
    rest = {"cpu_type": found["cpuType"], "storage_type": found["storageType"], "deprecation": None, "prices": []}
    return {key: found[key] for key in same} | rest | {"locations": places}


def _page(name: str, items: list[State], query: State) -> State:
    """One page of a list, with the way to the next, as every list of this API has it."""
    page, size = (int(query.get(word, [default])[0]) for word, default in (("page", "1"), ("per_page", "25")))
    last = max(1, -(-len(items) // size))
    meta = {"page": page, "per_page": size, "previous_page": page - 1 or None, "last_page": last}
    meta |= {"next_page": page + 1 if page < last else None, "total_entries": len(items)}
    return {name: items[(page - 1) * size : page * size], "meta": {"pagination": meta}}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, Project]]:
    """The address, as `http://127.0.0.1:PORT/v1`, and what stands behind it."""
    project = Project(root)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(project.answer)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_LOOK_SECONDS,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1", project
        finally:
            server.shutdown()
            for one in (thread, *project.working):
                one.join()


def _handler(answer: Callable[[str, str, State, State], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
            if self.headers.get("Authorization") == f"Bearer {HCLOUD_TOKEN}":
                status, body = answer(self.command, url.path, parse_qs(url.query), sent)
            else:
                error = {"code": "unauthorized", "message": "unable to authenticate", "details": None}
                status, body = 401, {"error": error}
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_DELETE = do_GET  # noqa: N815  (the server's names)

        def log_message(self, *_: object) -> None:
            """No log: it would not be read."""

    return Handler
