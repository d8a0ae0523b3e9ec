"""`./petbase plan`: what the stack files say, resource by resource and command by command."""

from typing import Annotated

import typer

from operate.core import options

GROUP = "Look"


def plan(
    *,
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack", "-s", help="The environment. Default: every stack file except the sandbox's.", metavar="NAME"
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Show what the stack files describe; needs no account.

    It needs no account, state, secret or Pulumi CLI, so it can run in every pull request. pulumi preview compares the
    stack file with what exists; this is for comparing two versions of the stack files. Every resource is printed with
    its inputs, and every command with its text. Secrets, and values that only the accounts know, are placeholders. The
    same files always give the same output. Two stacks that would create the same thing in one account are refused.

    [bold]Examples[/bold]
      ./petbase plan --stack prod
      ./petbase plan > after.txt; git stash; ./petbase plan > before.txt; git stash pop; diff -u before.txt after.txt
    """
    import dataclasses
    import json as to_json

    from operate.core import terminal
    from operate.core.errors import PetbaseError
    from operate.plan import plan as planning
    from operate.plan import text as plan_text
    from operate.stack import pulumi_cli

    plans, problems = {}, []
    for name in [pulumi_cli.chosen(stack)] if stack else planning.files():
        try:
            plans[name] = planning.plan(name)
        except PetbaseError as problem:
            problems.append(str(problem))
    problems += planning.shared(plans)
    if problems:
        raise PetbaseError("\n".join(problems))
    if json:
        told = [
            {"stack": name, "resources": [dataclasses.asdict(one) for one in found]} for name, found in plans.items()
        ]
        terminal.result(to_json.dumps({"plans": told}))
    else:
        terminal.result("\n\n".join(plan_text.text(name, found) for name, found in plans.items()))
