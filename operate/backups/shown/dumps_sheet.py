"""The data of one store back, by hand: with curl, tar, gpg and pg_restore alone."""

from dataclasses import dataclass
from urllib.parse import quote

from components.dokku import shell
from host.dumps.dump import VERIFIED
from operate.backups.inventory import Inventory
from operate.core import terminal
from operate.stack.outputs import Stack

_PREPARE = """\
## {title}

You need {tools}, pg_restore of PostgreSQL {major} or later, and an empty database. In an empty folder:

```sh
umask 077
export AWS_ACCESS_KEY_ID={key_id}
export AWS_SECRET_ACCESS_KEY={secret_key}
export DATABASE="${{DATABASE:-postgres://USER@HOST:5432/NAME}}" PGPASSWORD="${{PGPASSWORD:-PASSWORD}}"
{passphrase}get() {{
  printf 'user = "%s:%s"\\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" |
    curl --config - --fail --silent --show-error --aws-sigv4 aws:amz:{region}:s3 \\
      --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$@"
}}
list() {{
  last=$1
  while keys=$(get "{url}?list-type=2&prefix=$1&start-after=$last" | grep -o '<Key>[^<]*'); do
    printf '%s\\n' "$keys" | grep -o 'postgres-{service}-[0-9-]*[.]tgz\\([.]gpg\\)*' || :
    last=$(printf '%s\\n' "$keys" | tail -n 1 | cut -c 6- | sed 's#/#%2F#g')
  done
}}
```

Which dumps there are, the verified ones first (copies that outlive the others), the newest last:

```sh
{listings}
```
"""
_RESTORE = """\
This is the {kind}, of {made:%Y-%m-%d %H:%M} UTC, {size}. Two commands, in which another
dump's name may stand:

```sh
get {url} --output {name}
{unlock}tar --extract --gzip --to-stdout {file}backup/export |
  pg_restore --single-transaction --no-owner --no-acl --dbname "$DATABASE"
```

Where it says that a role does not exist, which a policy may name: psql "$DATABASE" --command 'CREATE ROLE "NAME"',
and again.

The first one by the AWS client, where curl is too old:
AWS_DEFAULT_REGION={region} aws --endpoint-url {endpoint} s3 cp {s3_url} .
"""
_UNLOCK = "gpg --batch --pinentry-mode loopback --passphrase-file passphrase --decrypt {name} |\n  "
_NONE = "There is no dump in the bucket yet. Print this sheet again when there is one: ./petbase backup\n"
_CLOSED = "This store did not open when the sheet was printed. The names of its dumps: the list above.\n"


@dataclass(frozen=True, repr=False)
class Secrets:
    """The passphrase, None where there is none; and whether the sheet shows it and the keys, or says where they are."""

    passphrase: str | None
    shown: bool

    def show(self, value: str | None) -> str:
        """A secret as a word of a command, or the place for it."""
        return shell.line(value) if value and self.shown else "..."


def section(stack: Stack, title: str, shelf: Inventory | None, secrets: Secrets) -> list[str]:
    """How its dumps are listed and fetched, and the commands for the best of them; None for a store that is shut."""
    return [_prepare(stack, title, secrets), _commands(stack, shelf) if shelf else _CLOSED]


def _prepare(stack: Stack, title: str, secrets: Secrets) -> str:
    spec = stack.backups
    return _PREPARE.format(
        title=title,
        tools="curl 7.88 or later, tar" + (", gpg" if spec.encrypted else ""),
        major=stack.version.partition(".")[0],
        key_id=secrets.show(spec.access_key_id),
        secret_key=secrets.show(spec.secret_access_key),
        passphrase=f"printf '%s\\n' {secrets.show(secrets.passphrase)} >passphrase\n" if spec.encrypted else "",
        region=spec.region,
        url=_url(stack),
        service=stack.service,
        listings="\n".join(_listing(stack, folder) for folder in (VERIFIED, "")),
    )


def _listing(stack: Stack, folder: str) -> str:
    return f"list {quote(f'{stack.backups.prefix}{folder}', safe='')}postgres-{stack.service}-"


def _commands(stack: Stack, shelf: Inventory) -> str:
    spec = stack.backups
    chosen = shelf.verified or next(iter(shelf.dumps), None)
    if chosen is None:
        return _NONE
    key = chosen.copy.key if chosen.copy else chosen.key
    locked = chosen.name.endswith(".gpg")
    return _RESTORE.format(
        kind="newest that was test-restored" if chosen.verified else "newest; none has been test-restored yet",
        made=chosen.made,
        size=terminal.size(chosen.size),
        url=f"{_url(stack)}/{key}",
        name=chosen.name,
        unlock=_UNLOCK.format(name=chosen.name) if locked else "",
        file="" if locked else f"--file {chosen.name} ",
        region=spec.region,
        endpoint=spec.endpoint,
        s3_url=f"s3://{spec.bucket}/{key}",
    )


def _url(stack: Stack) -> str:
    return f"{stack.backups.endpoint}/{stack.backups.bucket}"
