"""`./petbase secrets`: the secrets of a stack, without Pulumi's syntax and never in an argument."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import options, stack_names, terminal
from operate.core.errors import PetbaseError, RefusedError

if TYPE_CHECKING:
    from components.config.spec import Estate

GROUP = "Set up"
_HELP = """List, set and remove the secrets of a stack.

They are kept in the stack file, encrypted. An app's secret is called APP.NAME, like shop.API_KEY, and the app gets it
as the variable NAME once apps.APP.secrets names it. The address of a channel of alerts is called alertUrl.NAME. The
others are sshPrivateKey, backupPassphrase, alertUrl, s3AccessKeyId, s3SecretAccessKey, copyAccessKeyId and
copySecretAccessKey. Run pulumi up to bring a change to the server.

[bold]Examples[/bold]
  ./petbase secrets list
  ./petbase secrets set shop.API_KEY
  ./petbase secrets set shop.APNS_KEY --file AuthKey.p8
"""
_PREFIX = "petbase:"

app = typer.Typer(help=_HELP, no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Its name, like shop.API_KEY or alertUrl.", metavar="NAME")]


@app.command("list")
def show(stack: options.Stack = None, json: options.Json = False) -> None:
    """List the secrets that are set, missing or not used. Values are not shown.

    [bold]Examples[/bold]
      ./petbase secrets list
      ./petbase secrets list --json | jq .missing
    """
    from components.config import secrets
    from operate.stack import stack_files

    name = stack_files.chosen(stack)
    held, estate = sorted(_held(name)), _estate(name)
    reasons = dict(secrets.needed(estate))
    renamed = {key for key in reasons if _old_name(estate, key) in held}
    missing = [key for key in reasons if key not in held and key not in renamed]
    unused = secrets.unused(estate, held)
    if json:
        terminal.as_json({"set": held, "missing": missing, "unused": unused})
        return
    rows = [
        (key, f"not used; remove it: ./petbase secrets remove {key} --stack {name}" if key in unused else "set")
        for key in held
    ]
    rows += [
        (key, f"missing, since {reasons[key]}; set it: ./petbase secrets set {key} --stack {name}") for key in missing
    ]
    terminal.table(rows or [("none", f"{stack_files.stack_file(name).name} has no secrets and needs none")])


@app.command("set")
def put(
    name: Name,
    *,
    file: Annotated[Path | None, typer.Option(help="Read the value from this file.", metavar="FILE")] = None,
    stack: options.Stack = None,
) -> None:
    """Set a secret, asked for or read from standard input or a file.

    Any text works: spaces, quotes, $, line breaks, a PEM file, JSON. One line break at the end is left out. The value
    is never a word of the command, because other users of this machine could see it there.

    [bold]Examples[/bold]
      ./petbase secrets set shop.API_KEY
      ./petbase secrets set shop.APNS_KEY --file AuthKey.p8
      openssl rand -base64 30 | ./petbase secrets set backupPassphrase --stack staging
    """
    from components.config import secrets
    from components.config.values import secret_keys
    from operate.stack import pulumi_cli, stack_files

    chosen, key = stack_files.chosen(stack), _checked(name)
    value = _value(key, file)
    if not value:
        raise RefusedError(
            f"{key}: the value is empty, so nothing was changed. To remove it: ./petbase secrets remove {key}"
        )
    if problem := secret_keys.problem_of_secret(key, value):
        raise RefusedError(f"{key}: {problem}. Nothing was changed.")
    pulumi_cli.set_secret(chosen, f"{_PREFIX}{key}", value)
    terminal.result(f"Set {key} in {stack_files.stack_file(chosen).name}.")
    if secrets.unused(_estate(chosen), [key]):
        owner, _, name = key.rpartition(".")
        line = (
            f"alerts: {{{name}: {{kind: ntfy}}}}"
            if owner == secret_keys.ALERT_URL
            else f"apps.{owner}.secrets: [{name}]"
        )
        terminal.note(f"Nothing uses it yet. Name it in the stack file: {line}")
    terminal.note(f"To bring it to the server: {stack_names.up(chosen)}")


@app.command()
def remove(name: Name, stack: options.Stack = None) -> None:
    """Remove a secret from the stack file.

    [bold]Example[/bold]
      ./petbase secrets remove shop.API_KEY
    """
    from operate.stack import pulumi_cli, stack_files

    chosen, key = stack_files.chosen(stack), name.removeprefix(_PREFIX)
    if key not in (held := _held(chosen)):
        raise RefusedError(f"{key} is not set, so nothing was changed. Set are: {', '.join(sorted(held)) or 'none'}.")
    pulumi_cli.remove_key(chosen, f"{_PREFIX}{key}")
    terminal.result(f"Removed {key} from {stack_files.stack_file(chosen).name}.")
    terminal.note(f"To bring it to the server: {stack_names.up(chosen)}")


def _checked(name: str) -> str:
    """The key without its prefix; RefusedError for one that no stack file may have."""
    from components.config.values.secret_keys import APPS_SECRET, CHANNELS_SECRET, KNOWN

    key = name.removeprefix(_PREFIX)
    if key not in KNOWN and not APPS_SECRET.fullmatch(key) and not CHANNELS_SECRET.fullmatch(key):
        raise RefusedError(
            f'"{name}" is not the name of a secret. Use APP.NAME, like shop.API_KEY, or {", ".join(KNOWN)}.'
        )
    return key


def _value(key: str, file: Path | None) -> str:
    """The text, less one line break at its end. RefusedError where it is none."""
    from getpass import getpass

    try:
        if file:
            text = file.read_bytes().decode()
        elif sys.stdin.isatty():
            text = getpass(f"{key} (not shown): ")
        else:
            text = sys.stdin.read()
    except OSError as problem:
        raise RefusedError(f"{file}: {problem.strerror}. Nothing was changed.") from None
    except UnicodeDecodeError:
        raise RefusedError(f"{key}: the value is not UTF-8 text, so nothing was changed. Use base64 for it.") from None
    return text.removesuffix("\n").removesuffix("\r")


def _held(stack: str) -> list[str]:
    """The secrets of the stack file, without their prefix; values are not read."""
    from components.config.parsing import yaml_file
    from operate.stack import stack_files

    config = (yaml_file.load(stack_files.config_file(stack)) or {}).get("config") or {}
    keys = (key.removeprefix(_PREFIX) for key in config if key.startswith(_PREFIX))
    return [key for key in keys if key != "estate"]


def _estate(stack: str) -> "Estate":
    from components.config.parsing import yaml_file
    from components.config.stack_file import StackFileError
    from operate.stack import stack_files
    from operate.stack.estate import estate_of

    file = stack_files.stack_file(stack)  # also of the sandbox: its copy has yesterday's edits until the next up
    try:
        return estate_of(file.read_text(), yaml_file.places(file))
    except StackFileError as problem:
        raise PetbaseError(f"{file.name}: {problem}") from None


def _old_name(estate: "Estate", key: str) -> str:
    """The same secret under the name that its app had before; "" where it had none."""
    app_name, _, variable = key.rpartition(".")
    was = estate.apps[app_name].was if app_name in estate.apps else None
    return f"{was}.{variable}" if was else ""
