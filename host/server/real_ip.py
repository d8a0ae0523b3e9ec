"""Visitors' addresses behind Cloudflare's proxy, where nginx sees Cloudflare's.

With one file, which all stacks of a server share while one of them asks for it, the apps see their visitors'
(X-Forwarded-For, access logs).
"""

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.programs.runner import Answer
from host.server.config_file import ConfigFile, is_owed, owe, put, settle

_FILE = "/etc/nginx/conf.d/petbase-real-ip.conf"
_DIRECTIVE = "real_ip_header"
_ASKED = "server/real-ip"
_CHANGE = "real-ip"


@dataclass(frozen=True)
class EnsureRealIp(Command, noun="real-ip", verb="ensure", lock="real-ip"):
    """Make nginx take a visitor's address from Cloudflare's header, in requests from these networks of Cloudflare's."""

    _: KW_ONLY
    network: tuple[str, ...]

    def run(self, host: Host) -> None:
        """Nothing to do where nginx has the file already."""
        if not host.has("nginx"):
            host.step("no nginx here: apps see Cloudflare's addresses in place of their visitors'")
            return
        other = _set_by_somebody_else(host)
        if other:
            host.step(f"{other} says {_DIRECTIVE} already, so visitors' addresses stay as they are")
            return
        host.state.write(f"{_ASKED}/{host.stack}", asked=True)
        lines = [*(f"set_real_ip_from {network};" for network in self.network), f"{_DIRECTIVE} CF-Connecting-IP;"]
        put(host, ConfigFile(_FILE, "\n".join(lines) + "\n"), _CHANGE)
        if is_owed(host, _CHANGE):
            host.step("apps see their visitors' addresses, not Cloudflare's")
            _load_or_take_back(host)


@dataclass(frozen=True)
class RemoveRealIp(Command, noun="real-ip", verb="remove", lock="real-ip"):
    """Make nginx take addresses as they come, unless another stack on the server asks for visitors'."""

    def run(self, host: Host) -> None:
        """Nothing to do where the file has gone already."""
        host.state.remove(f"{_ASKED}/{host.stack}")
        file = host.path(_FILE)
        if host.state.names(_ASKED) or not (file.exists() or is_owed(host, _CHANGE)):
            return
        host.step("nothing is proxied any more: nginx takes addresses as they come")
        owe(host, _CHANGE)
        file.unlink(missing_ok=True)
        answer = _load(host)
        if not answer.ok:
            raise HostError("nginx refuses its configuration, and was not reloaded. Look at: nginx -t", answer.output)


def _set_by_somebody_else(host: Host) -> str:
    """The first other file of nginx's that has the directive, by its path on the server."""
    folder, own = host.path("/etc/nginx"), host.path(_FILE)
    for path in sorted(folder.rglob("*")):
        if path != own and path.is_file() and _sets_it(path):
            return f"/{path.relative_to(host.root)}"
    return ""


def _sets_it(file: Path) -> bool:
    return any(line.strip().startswith(_DIRECTIVE) for line in file.read_text(errors="replace").splitlines())


def _load_or_take_back(host: Host) -> None:
    answer = _load(host)
    if not answer.ok:
        _take_back(host, host.path(_FILE))
        raise HostError(
            f"nginx does not take {_FILE}, which was taken away again; it runs on as it was. Look at: nginx -t",
            answer.output,
        )


def _take_back(host: Host, file: Path) -> None:
    file.unlink(missing_ok=True)
    settle(host, _CHANGE)


def _load(host: Host) -> Answer:
    """Have nginx read its files, if it takes them."""
    answer = host.ask("nginx", "-t")
    if answer.ok and not host.ask("systemctl", "reload", "nginx").ok:
        answer = host.ask("nginx", "-s", "reload")
    if answer.ok:
        settle(host, _CHANGE)
    return answer
