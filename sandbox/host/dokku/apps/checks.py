"""`checks:*`: whether a deploy overlaps the old process and the new one, and for how long.

Nothing here restarts an app. Kept and reported only: the stand-in's own deploys look at the port and end the old
process at once, whatever is set.
Texts and rules: records 530-534, Dokku's plugins/checks/subcommands and plugins/checks/report.go.
"""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import report, say
from sandbox.host.dokku.core.call import Call, app_named

_ALL = "_all_"
_KEY = "wait-to-retire"


def set_(call: Call) -> int:
    """`checks:set APP wait-to-retire [SECONDS]`: any text is taken; without one it is unset."""
    app = apps.verified(app_named(call.words))
    key, value = [*call.words[1:], "", ""][:2]
    if not key:
        raise say.RefusedError("No key specified")
    if key != _KEY:
        raise say.RefusedError(f"Invalid key specified, valid keys include: {_KEY}")
    say.title(f"Setting {key} to {value}" if value else f"Unsetting {key}")
    apps.put(app, "checks", key, value)
    return 0


def disable(call: Call) -> int:
    """`checks:disable APP [TYPE,…]`: the old process ends before the new one starts."""
    return _into(call, "Disabling", "disabled", "skipped")


def skip(call: Call) -> int:
    """`checks:skip APP [TYPE,…]`: the new process is not looked at."""
    return _into(call, "Skipping", "skipped", "disabled")


def _into(call: Call, doing: str, mine: str, other: str) -> int:
    """Onto one list and off the other."""
    app = apps.verified(app_named(call.words))
    types = call.words[1] if len(call.words) > 1 else _ALL
    if types == _ALL:
        say.step(f"{doing} zero downtime for app ({app})")
        apps.put(app, "checks", mine, _ALL)
        apps.put(app, "checks", other, "")
        return 0
    say.step(f"{doing} zero downtime for app's ({app}) proctypes ({types})")
    named = types.split(",")
    found = [name for name in _list(app, mine) if name != _ALL]
    _save(app, mine, [*found, *(name for name in named if name not in found)])
    _save(app, other, [name for name in _list(app, other) if name not in named])
    return 0


def enable(call: Call) -> int:
    """`checks:enable APP [TYPE,…]`: off both lists. A type is not taken out of `_all_`."""
    app = apps.verified(app_named(call.words))
    types = call.words[1] if len(call.words) > 1 else _ALL
    suffix = "" if types == _ALL else f" proctypes ({types})"
    say.step(f"Enabling zero downtime for app's ({app}){suffix}")
    for name in ("disabled", "skipped"):
        kept = [] if types == _ALL else [entry for entry in _list(app, name) if entry not in types.split(",")]
        _save(app, name, kept)
    return 0


def _list(app: str, name: str) -> list[str]:
    return [entry for entry in apps.get(app, "checks", name).split(",") if entry]


def _save(app: str, name: str, entries: list[str]) -> None:
    apps.put(app, "checks", name, ",".join(entries))


def show_report(call: Call) -> int:
    """`checks:report APP`"""
    app = apps.verified(app_named(call.words))
    own = apps.get(app, "checks", _KEY)
    values = {
        "computed-wait-to-retire": own or "60",
        "disabled-list": apps.get(app, "checks", "disabled", "none"),
        "global-wait-to-retire": "",
        "skipped-list": apps.get(app, "checks", "skipped", "none"),
        "wait-to-retire": own,
    }
    return report.show(call, f"{app} checks information", "checks", values)
