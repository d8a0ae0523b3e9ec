"""Is a hardened server still so: not what is written alone, but what counts (scripts/harden_look.sh)."""

from collections.abc import Iterator

from operate.doctor.findings import Finding, bad, drifted, well
from operate.server.report import ServerReport
from operate.stack.outputs import Stack

_ABOUT = "hardening"


def findings(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    """Nothing for a server that the stack file does not harden, and for one that no systemd runs, which is not hardened
    either (docs/server.md).
    """
    if not stack.server.hardened or not seen.values("hardened"):
        return
    found = [_finding(*line.split()) for line in seen.values("drift")]
    yield from found or [well(_ABOUT, "as docs/server.md says")]


def _finding(what: str, *more: str) -> Finding:
    if what == "sshd":
        name, now, said = more
        look = f"./petbase ssh grep --recursive --ignore-case {name} /etc/ssh"
        repair = f"./petbase doctor --repair; where another file says it before ours: {look}"
        return bad(_ABOUT, f"sshd has {name} {now}, not {said}", repair)
    if what == "file":
        return drifted(_ABOUT, f"{more[0]} is not as it was written")
    if what == "package":
        return drifted(_ABOUT, f"{more[0]} is not installed, so no security update comes by itself")
    if what == "docker":
        says = "Docker runs without live-restore: its next restart stops every container"
        return bad(_ABOUT, says, "./petbase doctor --repair, then: ./petbase ssh systemctl reload docker")
    return drifted(_ABOUT, "containers reach the metadata address, which tells the server's host key")
