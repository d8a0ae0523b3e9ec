"""Is a hardened server still so: by what counts, not only by what its files say (host/server/hardening/drift.py)."""

from collections.abc import Iterator

from host.report.model.doctor import DoctorReport
from host.server.hardening.drift import BROKEN, LIVE_RESTORE, SETTING, Drift
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
        return bad(_ABOUT, drift.says, f"./petbase doctor --repair; where another file says it before ours: {look}")
    if drift.what == BROKEN:
        check = f"./petbase ssh {_SERVICES.get(drift.name, '')}".strip()
        return bad(_ABOUT, drift.says, f"correct that file by hand, until this is silent: {check}")
    if drift.what == LIVE_RESTORE:
        return bad(_ABOUT, drift.says, "./petbase doctor --repair, then: ./petbase ssh systemctl reload docker")
    return drifted(_ABOUT, drift.says)
