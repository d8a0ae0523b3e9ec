"""Where an app answers. The sandbox's web is on ports of this machine that an ordinary user may have."""

from operate.doctor.subjects import ports
from operate.stack.outputs import Stack
from operate.stack.stack_files import SANDBOX


def urls(stack: Stack) -> dict[str, tuple[str, ...]]:
    """The URLs of each app, the first one its own."""
    found = {name: app.urls for name, app in stack.apps.items()}
    if stack.name != SANDBOX:
        return found
    here = {probe.number: probe.port for probe in ports.of(stack)}
    by_scheme = {"http": here[ports.HTTP], "https": here[ports.HTTPS]}
    return {app: tuple(f"{url}:{by_scheme[url.partition(':')[0]]}" for url in each) for app, each in found.items()}
