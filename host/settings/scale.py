"""Scale: how many containers of each process type."""

from collections.abc import Collection, Sequence

from host.app.restart import owe_restart
from host.core.host import Host
from host.settings.kind import Kind

_OF_A_NEW_APP = {"web": 1}


def _present(host: Host, app: str) -> list[str]:
    """Of lines such as `web:  2`."""
    lines = host.dokku("--quiet", "ps:scale", app).splitlines()
    return [f"{name.strip()}={count.strip()}" for name, _, count in (line.partition(":") for line in lines)]


def _apply(host: Host, app: str, declared: Sequence[str], gone: Collection[str]) -> None:
    """A type that is no longer named goes back to what a new app has: one web, none of any other."""
    wanted = [*declared, *(f"{kind}={_OF_A_NEW_APP.get(kind, 0)}" for kind in gone)]
    present = _present(host, app)
    if differing := [word for word in wanted if word not in present]:
        host.step(f"{app}: scale {' '.join(differing)}")
        owe_restart(host, app)
        # Without --skip-deploy each type that changes would be a separate deploy.
        host.dokku("ps:scale", "--skip-deploy", app, *differing)


SCALE = Kind("scale", _apply, _present)
