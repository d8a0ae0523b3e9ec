"""`./petbase apps`: the apps of the stack."""

from typing import TYPE_CHECKING

from operate.core import options, terminal

if TYPE_CHECKING:
    from host.report.model.status import StatusReport
    from operate.stack.outputs import Stack

GROUP = "Look"


def apps(stack: options.Stack = None, identity: options.Identity = None, json: options.Json = False) -> None:
    """List the apps, whether they run, and their URLs.

    The last deploy is when code last came to the app and its build did not fail: by git push, or from an image. A
    restart does not count.

    [bold]Examples[/bold]
      ./petbase apps
      ./petbase apps --json | jq --raw-output '.apps[] | select(.running != "all") | .name'
    """
    from operate.overview import facts, look
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    report = look.report(chosen, connection)
    if json:
        found = [facts.app(one, chosen.apps[one.name]) for one in report.apps]
        terminal.as_json({"stack": chosen.name, "apps": found})
        return
    if not report.apps:
        terminal.result(
            f"The stack {chosen.name} has no app. Add one under apps in the stack file (docs/stack-file.md)."
        )
        return
    _show(chosen, report)


def _show(stack: "Stack", report: "StatusReport") -> None:
    from datetime import UTC, datetime

    from operate.overview import address, app_state

    now, urls = datetime.now(UTC), address.urls(stack)
    grid = terminal.columns("app", "state", "last deploy", "URL")
    for one in report.apps:
        deployed, found = app_state.last_deploy(one, now), " ".join(urls[one.name])
        grid.add_row(one.name, app_state.state(one), deployed or "-", found or "-")
    terminal.grid(grid)
