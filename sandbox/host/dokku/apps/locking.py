"""`apps:lock`, `apps:unlock`, `apps:locked`: no deploy while it is there."""

from pathlib import Path

from sandbox.host.dokku.apps import app
from sandbox.host.dokku.core import files, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import DATA


def lock(call: Call) -> int:
    """`apps:lock APP`"""
    files.write(_lock_of(call), "")
    say.step("Deploy lock created")
    return 0


def unlock(call: Call) -> int:
    """`apps:unlock APP`"""
    path = _lock_of(call)
    if not path.exists():
        raise say.RefusedError("Unable to remove deploy lock")
    say.warn("A deploy may be in progress.")
    say.warn("Removing the app lock will not stop in progress deploys.")
    path.unlink()
    say.step("Deploy lock removed")
    return 0


def locked(call: Call) -> int:
    """`apps:locked APP`"""
    if not _lock_of(call).exists():
        raise say.RefusedError("Deploy lock does not exist")
    say.out("Deploy lock exists")
    return 0


def _lock_of(call: Call) -> Path:
    return DATA / "apps" / app.verified(app_named(call.words)) / ".deploy.lock"
