"""`./petbase init`: a stack file for real, from a few answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import terminal
from operate.core.errors import RefusedError

if TYPE_CHECKING:
    from operate.adopt.prompts import Answers

GROUP = "Set up"


def init(
    stack: Annotated[str, typer.Argument(help="Name of the environment, like prod.", metavar="STACK")],
    *,
    domain: Annotated[str | None, typer.Option(help="Apps are served at APP.DOMAIN.", metavar="DOMAIN")] = None,
    app: Annotated[list[str] | None, typer.Option(help="An app; can be repeated.", metavar="NAME")] = None,
    public_key: Annotated[str | None, typer.Option(help="Your public SSH key, or its file.", metavar="KEY")] = None,
    account_id: Annotated[str | None, typer.Option(help="Cloudflare account: 32 hex digits.", metavar="ID")] = None,
    bucket: Annotated[
        str | None, typer.Option(help="Default: db-backups, or db-backups-STACK.", metavar="NAME")
    ] = None,
    email: Annotated[
        str | None, typer.Option(help="Your e-mail, for Let's Encrypt below a subdomain.", metavar="ADDRESS")
    ] = None,
    host: Annotated[str | None, typer.Option(help="An existing server. Default: a new one.", metavar="ADDRESS")] = None,
    host_key: Annotated[str | None, typer.Option(help="Its host key, which you have compared.", metavar="LINE")] = None,
    user: Annotated[str, typer.Option(help="Its user: root, or one with sudo.", metavar="NAME")] = "root",
    ssh_port: Annotated[int, typer.Option(help="Its SSH port.", min=1, max=65535, metavar="PORT")] = 22,
    server_type: Annotated[str, typer.Option("--type", help="Type of a new server.", metavar="TYPE")] = "cx23",
    location: Annotated[str, typer.Option(help="Location of a new server.", metavar="NAME")] = "nbg1",
) -> None:
    """Write the stack file of a new environment.

    Asks for what has no default; every answer can also be given as an option. Each answer is checked at once. If
    HCLOUD_TOKEN and CLOUDFLARE_API_TOKEN are set, the accounts are checked too. Creates nothing but the file, never
    overwrites a file that is filled in, and says what to run next.

    [bold]Examples[/bold]
      ./petbase init prod
      ./petbase init staging --domain staging.example.org --app fruits --email me@example.org
    """
    from components.config.values.app_types import AppName
    from components.config.values.store_types import BucketName
    from operate.adopt import host_keys, new_stack_file, prompts

    file = new_stack_file.path_for_new(stack)
    own_bucket = bucket or ("db-backups" if stack == "prod" else f"db-backups-{stack}")
    try:
        check_app = prompts.typed(AppName)
        apps = tuple(prompts.asked("--app", "", name, check_app) for name in app or ())
        found_bucket = prompts.asked("--bucket", "", own_bucket, prompts.typed(BucketName))
        found_domain = prompts.asked("--domain", "Domain, like example.org", domain, prompts.domain)
        found_email = prompts.email(found_domain, email)
        question, key = "Your public SSH key, or its file", prompts.default_key()
        found_key = prompts.asked("--public-key", question, public_key, prompts.public_key, key)
        question = "Cloudflare account id (in the dashboard's address: dash.cloudflare.com/ID)"
        account = prompts.asked("--account-id", question, account_id, prompts.account)
        where, found_host_key = host_keys.existing_server(host, ssh_port, host_key)
        answers = prompts.Answers(
            domain=found_domain,
            public_key=found_key,
            account_id=account,
            bucket=found_bucket,
            apps=apps,
            email=found_email or None,
            host=where or None,
            host_key=found_host_key,
            user=user,
            ssh_port=ssh_port,
            type=server_type,
            location=location,
        )
        answers = answers if apps else new_stack_file.with_first_app(answers)
    except KeyboardInterrupt:
        raise RefusedError("Cancelled. Nothing was written.") from None
    _write(stack, file, answers)


def _write(stack: str, file: Path, answers: "Answers") -> None:
    from dataclasses import replace

    from components.config.spec import Dokku
    from operate.adopt import account_checks, new_stack_file

    new_stack_file.text(answers)
    digest, pinned = account_checks.bootstrap(Dokku().version)
    new_stack_file.write(file, new_stack_file.text(replace(answers, bootstrap_sha256=digest)))
    terminal.result(f"Wrote {file.name}.")
    terminal.table([*account_checks.looks(answers), ("Dokku", pinned)])
    terminal.result("\nNext:")
    for line in new_stack_file.next_commands(stack, answers):
        terminal.result(f"  {line}")
