"""`./petbase init`: a stack file for real, from a few answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from operate.adopt.prompts import Answers

GROUP = "Set up"


def init(
    stack: Annotated[str, typer.Argument(help="The environment's name, as in prod.", metavar="STACK")],
    *,
    domain: Annotated[str | None, typer.Option(help="Apps are found below it.", metavar="DOMAIN")] = None,
    public_key: Annotated[str | None, typer.Option(help="Its file, or its line.", metavar="KEY")] = None,
    account_id: Annotated[str | None, typer.Option(help="Of Cloudflare: 32 hex digits.", metavar="ID")] = None,
    bucket: Annotated[str | None, typer.Option(help="Default: db-backups, or db-backups-STACK.")] = None,
    app: Annotated[list[str] | None, typer.Option(help="An app; may be said several times.", metavar="NAME")] = None,
    host: Annotated[str | None, typer.Option(help="A server that you have. Default: a new one.")] = None,
    host_key: Annotated[str | None, typer.Option(help="Its ed25519 key, compared by you.", metavar="LINE")] = None,
    user: Annotated[str, typer.Option(help="Its user: root, or one with sudo.")] = "root",
    ssh_port: Annotated[int, typer.Option(help="The server's SSH port.", min=1, max=65535)] = 22,
    server_type: Annotated[str, typer.Option("--type", help="Of a new server.")] = "cx23",
    location: Annotated[str, typer.Option(help="Of a new server.")] = "nbg1",
) -> None:
    """Write the stack file of a new environment.

    Asks for what has no default; every answer is an option too. Checks each as pulumi up will, asks the accounts where
    HCLOUD_TOKEN and CLOUDFLARE_API_TOKEN are set, and says what to run next. Makes nothing, and overwrites no file that
    somebody filled in.

    [bold]Examples[/bold]
      ./petbase init prod
      ./petbase init staging --domain staging.example.org --app fruits --host 203.0.113.10
    """
    from components.config.types import AccountId, AppName, BucketName, Fqdn
    from operate.adopt import new_stack_file, prompts

    file = new_stack_file.path_for_new(stack)
    check_app = prompts.typed(AppName)
    apps = tuple(prompts.asked("--app", "", name, check_app) for name in app or ())
    own_bucket = bucket or ("db-backups" if stack == "prod" else f"db-backups-{stack}")
    found_bucket = prompts.asked("--bucket", "", own_bucket, prompts.typed(BucketName))
    new = "Address of a server that you have (Enter: a new one at Hetzner)"
    key = prompts.default_key()
    found_domain = prompts.asked("--domain", "Domain, as in example.org", domain, prompts.typed(Fqdn))
    found_key = prompts.asked("--public-key", "Your public SSH key", public_key, prompts.public_key, key)
    account = prompts.asked("--account-id", "Cloudflare account id", account_id, prompts.typed(AccountId))
    where = prompts.asked("--host", new, host, prompts.address, "")
    answers = prompts.Answers(
        domain=found_domain,
        public_key=found_key,
        account_id=account,
        bucket=found_bucket,
        apps=apps,
        host=where or None,
        host_key=prompts.confirmed_host_key(where, ssh_port, host_key) if where else None,
        user=user,
        ssh_port=ssh_port,
        type=server_type,
        location=location,
    )
    _write(stack, file, answers)


def _write(stack: str, file: Path, answers: "Answers") -> None:
    from dataclasses import replace

    from components.config.spec import Dokku
    from operate.adopt import account_checks, new_stack_file
    from operate.core import terminal

    new_stack_file.text(answers)
    digest, pinned = account_checks.bootstrap(Dokku().version)
    new_stack_file.write(file, new_stack_file.text(replace(answers, bootstrap_sha256=digest)))
    terminal.result(f"Wrote {file.name}.")
    terminal.table([*account_checks.looks(answers), ("Dokku", pinned)])
    terminal.result("\nNext:")
    for line in new_stack_file.next_commands(stack, answers):
        terminal.result(f"  {line}")
