"""`./petbase init`: a stack file for real, from a few answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from operate.answers import Answers


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
    ssh_port: Annotated[int, typer.Option(help="Its SSH port.", min=1, max=65535)] = 22,
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
    from components.types import AccountId, AppName, BucketName, Fqdn
    from operate import answers as given
    from operate import new_stack

    file = new_stack.room_for(stack)
    check_app = given.typed(AppName)
    apps = tuple(given.asked("--app", "", name, check_app) for name in app or ())
    own_bucket = bucket or ("db-backups" if stack == "prod" else f"db-backups-{stack}")
    found_bucket = given.asked("--bucket", "", own_bucket, given.typed(BucketName))
    new = "Address of a server that you have (Enter: a new one at Hetzner)"
    key = given.default_key()
    found_domain = given.asked("--domain", "Domain, as in example.org", domain, given.typed(Fqdn))
    found_key = given.asked("--public-key", "Your public SSH key", public_key, given.public_key, key)
    account = given.asked("--account-id", "Cloudflare account id", account_id, given.typed(AccountId))
    where = given.asked("--host", new, host, given.address, "")
    answers = given.Answers(
        domain=found_domain,
        public_key=found_key,
        account_id=account,
        bucket=found_bucket,
        apps=apps,
        host=where or None,
        host_key=given.confirmed_host_key(where, ssh_port, host_key) if where else None,
        user=user,
        ssh_port=ssh_port,
        type=server_type,
        location=location,
    )
    _write(stack, file, answers)


def _write(stack: str, file: Path, answers: "Answers") -> None:
    from dataclasses import replace

    from components.spec import Dokku
    from operate import accounts, new_stack, say

    new_stack.text(answers)
    digest, pinned = accounts.bootstrap(Dokku().version)
    new_stack.write(file, new_stack.text(replace(answers, bootstrap_sha256=digest)))
    say.result(f"Wrote {file.name}.")
    say.table([*accounts.looks(answers), ("Dokku", pinned)])
    say.result("\nNext:")
    for line in new_stack.next_commands(stack, answers):
        say.result(f"  {line}")
