"""Are an app's settings as the stack file sets them: variables, and each kind of host/settings/table.py.

Settings that the stack file does not list are the app's own and are not looked at. No value of a variable is shown.
"""

from collections.abc import Iterator

from host.core.fact import Fact
from host.report.model.app import AppReport
from host.settings.kind import Words
from host.settings.table import KINDS, AppSettings
from operate.doctor.findings import Finding, drifted, unknown


def findings(app: AppReport, declared: AppSettings) -> Iterator[Finding]:
    """A line for each kind of setting that is not as declared; running every command again puts it right."""
    if declared.variables:
        yield from _variables(app, declared)
    for kind, wanted in declared.by_kind.items():
        yield from _kind(f"app {app.name}", kind, wanted, app.settings.get(kind, Fact(reason="it was not asked for")))


def _kind(about: str, name: str, declared: Words, present: Fact[Words]) -> Iterator[Finding]:
    kind = KINDS[name]
    if present.value is None:
        yield unknown(about, f"its {kind.label}: {present.reason}")
        return
    words, wanted = set(present.value), set(declared)
    as_declared = words == wanted if kind.exact else words >= wanted
    if not as_declared:
        listed = " ".join(sorted(words)) or "none"
        yield drifted(about, f"its {kind.label}: {listed}; the stack file says {' '.join(sorted(wanted))}")


def _variables(app: AppReport, declared: AppSettings) -> Iterator[Finding]:
    about, present, differing = f"app {app.name}", app.variables.value, app.differing.value
    if present is None or differing is None:
        yield unknown(about, f"its variables: {app.variables.reason}")
        return
    missing = [name for name in declared.variables if name not in present]
    if missing:
        yield drifted(about, f"has no variable {', '.join(missing)}")
    if changed := [name for name in differing if name not in missing]:
        yield drifted(about, f"its variable {', '.join(changed)} is not what the stack file says")
