"""Is a hardened server still so: by what counts, not only by what its files say (host/server/hardening/drift.py)."""

from collections.abc import Iterator

from host.report.model.doctor import DoctorReport
from host.server.hardening.drift import BROKEN, FILE, LIVE_RESTORE, METADATA_REACHED, PACKAGE, SETTING, Drift
from operate.doctor.findings import Finding, bad, drifted, unknown, well

_ABOUT = "hardening"
_SERVICES = {"sshd": "sshd -t", "Docker": "dockerd --validate --config-file /etc/docker/daemon.json"}
"""How each checks its own configuration."""


def findings(report: DoctorReport) -> Iterator[Finding]:
    """Nothing for a server that is not hardened: by its stack file, or because no systemd runs it (docs/server.md)."""
    if report.hardening is None:
        return
    if report.hardening.value is None:
        yield unknown(_ABOUT, report.hardening.reason)
        return
    yield from map(_finding, report.hardening.value)
    if not report.hardening.value:
        yield well(_ABOUT, "as docs/server.md says")


def _finding(drift: Drift) -> Finding:
    if drift.what == SETTING:
        look = f"./petbase ssh grep --recursive --ignore-case {drift.name} /etc/ssh"
        repair = f"./petbase doctor --repair; where another file says it before ours: {look}"
        return bad(_ABOUT, f"sshd has {drift.name} {drift.present or 'unknown'}, not {drift.wanted}", repair)
    if drift.what == BROKEN:
        says = f"{drift.name} refuses its configuration: {drift.present}"
        check = f"./petbase ssh {_SERVICES.get(drift.name, '')}".strip()
        return bad(_ABOUT, says, f"correct that file by hand, until this is silent: {check}")
    if drift.what == LIVE_RESTORE:
        says = "Docker runs without live-restore: its next restart stops every container"
        return bad(_ABOUT, says, "./petbase doctor --repair, then: ./petbase ssh systemctl reload docker")
    return drifted(_ABOUT, _IN_WORDS[drift.what].format(name=drift.name))


_IN_WORDS = {
    FILE: "{name} is not as it was written",
    PACKAGE: "{name} is not installed, so no security update comes by itself",
    METADATA_REACHED: "containers reach the metadata address, which tells the server's host key",
}
