"""`./petbase plan`: what the stack files change, in words."""

from pathlib import Path
from typing import Annotated

import typer

GROUP = "Look"


def plan(
    *,
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack", "-s", help="The environment. Default: every stack file that is filled in.", metavar="NAME"
        ),
    ] = None,
    details: Annotated[bool, typer.Option("--details", help="Also show each resource and input that changes.")] = False,
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare", help="Compare with an earlier plan --json instead of what is deployed.", metavar="FILE"
        ),
    ] = None,
    resources: Annotated[
        bool, typer.Option("--resources", help="Print every resource and command instead; compares nothing.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print every resource as one JSON object; compares nothing.")
    ] = False,
) -> None:
    """Show what the stack file would change.

    Compares the stack file with Pulumi's state, or with an earlier plan, and says in a few lines what pulumi up would
    do. It needs no account, token or passphrase and changes nothing, so it can run in every pull request. pulumi
    preview has the last word: it also asks Hetzner and Cloudflare, and sees new values of secrets. Without a state,
    everything that the stack file describes is listed.

    The output of --resources and --json depends on the files alone: the same files give the same bytes. Secrets, and
    values that only the accounts know, are placeholders. Two stacks that would create the same thing in one account are
    refused.

    [bold]Examples[/bold]
      ./petbase plan
      ./petbase plan --stack prod --details
      ./petbase plan --json > before.json; git pull; ./petbase plan --compare before.json
    """
    from operate.summary import reference, show

    names = reference.stacks(stack)
    if json or resources:
        show.in_full(names, as_json=json)
    elif not show.in_words(names, file=compare, details=details):
        raise typer.Exit(2)
