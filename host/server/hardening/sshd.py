"""SSH takes keys only. Whatever is wrong, sshd runs on with what it has: it is asked before each reload."""

from host.core import files
from host.core.errors import HostError
from host.core.host import Host
from host.programs.runner import Answer
from host.server.config_file import ConfigFile, is_owed, put, settle
from host.server.hardening.texts import SSHD

_CHANGE = "ssh"


def harden(host: Host) -> None:
    """Write our file, and reload sshd; a file that it refuses becomes what it was."""
    problem = problem_of_configuration(host)
    if problem:
        raise HostError(
            f"sshd refuses its own configuration ({problem}), so nothing was changed there and it was not reloaded. "
            "Correct that line; to see whether all is well, on the server: sshd -t"
        )
    former = files.read(host.path(SSHD.path))
    put(host, SSHD, _CHANGE)
    if is_owed(host, _CHANGE):
        _reload(host, former)
    if effective(host).get("passwordauthentication") != "no":
        raise HostError(
            f"sshd still takes passwords: another file sets PasswordAuthentication before {SSHD.path}. On the server: "
            "grep --recursive --ignore-case PasswordAuthentication /etc/ssh"
        )


def problem_of_configuration(host: Host) -> str:
    """The first line that sshd says of its configuration, which names the file; "" where it takes all of it."""
    return _first_line(_ask(host, "-t"))


def effective(host: Host) -> dict[str, str]:
    """What sshd does with a login as root, by the keywords in lower case; nothing where it refuses its configuration.

    The address belongs to no machine (RFC 5737), so a Match block for some users or networks does not count.
    """
    answer = _ask(host, "-T", "-C", "user=root,host=localhost,addr=192.0.2.1")
    rows = [line.partition(" ") for line in answer.stdout.splitlines()] if answer.ok else []
    return {name: value for name, _, value in reversed(rows)}


def wanted() -> dict[str, str]:
    """What our file sets, by the keywords in lower case."""
    rows = [line.partition(" ") for line in SSHD.text.splitlines()]
    return {name.lower(): value.lower() for name, _, value in rows}


def _ask(host: Host, *words: str) -> Answer:
    """Without this folder sshd checks nothing. Its service makes it, which a socket starts at the first login only."""
    host.path("/run/sshd").mkdir(0o755, parents=True, exist_ok=True)
    return host.ask("sshd", *words)


def _reload(host: Host, former: str) -> None:
    problem = problem_of_configuration(host)
    if problem:
        _take_back(host, former)
        raise HostError(
            f"sshd refuses {SSHD.path} ({problem}), which was taken back; it runs as before. Write server.harden: false"
        )
    host.step("SSH takes keys only")
    host.run("systemctl", "try-reload-or-restart", "ssh")
    settle(host, _CHANGE)


def _take_back(host: Host, former: str) -> None:
    if former:
        put(host, ConfigFile(SSHD.path, former), _CHANGE)
    else:
        host.path(SSHD.path).unlink(missing_ok=True)
    settle(host, _CHANGE)


def _first_line(answer: Answer) -> str:
    if answer.ok:
        return ""
    lines = answer.output.strip().splitlines()
    return lines[0].strip() if lines else f"exit code {answer.code}"
