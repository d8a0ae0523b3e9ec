"""`resource:limit`, `limit-clear` and `report`: what an app's processes may use at most. Nothing here restarts an app.

Kept and reported without effect: the stand-in's processes are not limited. Any text is a limit, as on the real one,
where docker refuses it at the next deploy. Memory without a suffix is MiB. Rules: record 541, Dokku's plugins/resource
(functions.go, resource.go) and docs/advanced-usage/resource-management.md.
"""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import files, report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import CONFIG

_KINDS = ("cpu", "memory", "memory-swap", "network", "network-ingress", "network-egress", "nvidia-gpu")
_FLAGS = {kind.replace("-", "_"): (f"--{kind}",) for kind in _KINDS} | {"process_type": ("--process-type",)}
_DEFAULT = "_default_"


def _taken_apart(call: Call) -> tuple[str, dict[str, str]]:
    plain, options = call.options(**_FLAGS)
    return apps.verified(app_named(plain)), {name.replace("_", "-"): value for name, value in options.items()}


def limit(call: Call) -> int:
    """`resource:limit [--process-type TYPE] [--memory N|clear] [--cpu N|clear] … APP`: without any, what there is."""
    app, options = _taken_apart(call)
    of_type = options.pop("process-type", "") or _DEFAULT
    values = {kind: value for kind, value in options.items() if value}
    if not values:
        named = "[defaults]" if of_type == _DEFAULT else f"({of_type})"
        say.title(f"resource limits {app} information {named}")
        for kind in _KINDS:
            say.detail(f"{kind}: {apps.get(app, 'resource', f'{of_type}.limit.{kind}')}")
        return 0
    say.title(f"Setting resource limits for {app}" + ("" if of_type == _DEFAULT else f" ({of_type})"))
    for kind, value in values.items():
        cleared = value == "clear"
        say.detail(f"{kind}: {'cleared' if cleared else value}")
        apps.put(app, "resource", f"{of_type}.limit.{kind}", "" if cleared else value)
    return 0


def limit_clear(call: Call) -> int:
    """`resource:limit-clear [--process-type TYPE] APP`: without a type every key goes, of all types."""
    app, options = _taken_apart(call)
    of_type = options.get("process-type", "")
    say.title(f"clearing {app} limits" + (f" ({of_type})" if of_type not in {"", _DEFAULT} else ""))
    for key in _all(app):
        if not of_type or key.startswith(f"{of_type}.limit."):
            apps.put(app, "resource", key, "")
    return 0


def _all(app: str) -> dict[str, str]:
    found = sorted((CONFIG / "resource" / app).glob("[!.]*"))
    return {path.name: files.text(path) for path in found}


def show_report(call: Call) -> int:
    """`resource:report APP [--resource-TYPE.limit.KIND]`: the flag of what is not set is refused."""
    plain, options = call.options(format=("--format",))
    app = apps.verified(app_named(plain))
    found = _all(app)
    if options.get("format") == "json":
        say.out(report.to_json(found))
    elif flag := next((word for word in call.words if word.startswith("--")), ""):
        key = flag.removeprefix("--resource-")
        if key not in found:
            valid = ", ".join(f"--resource-{name}" for name in found)
            raise say.RefusedError(f"Invalid flag passed, valid flags: {valid}")
        say.out(found[key])
    else:
        say.title(f"{app} resource information")
        for key, value in found.items():
            label = "resource " + key.replace("-", " ").replace(".", " ") + ":"
            say.detail(f"{label:<31} {value}")
    return 0
