"""The sheet for the drawer: with the bucket's keys, the passphrase and a dump alone, the data comes back by hand.

Every command on it is plain: no Petbase, no Pulumi, no Dokku. It is followed as printed in
tests/operate/backups/test_recovery_sheet.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from components.dokku import shell
from operate.backups import files_sheet
from operate.backups.inventory import Inventory
from operate.core import terminal
from operate.dumps import passphrases
from operate.stack.outputs import Stack

_HEAD = """\
# Recovery sheet of {stack}: the database {service}, as of {now:%Y-%m-%d %H:%M} UTC

Print it. Keep it where neither the server, nor your laptop, nor the bucket can take it along: on paper in a drawer, and
in your password manager. Print it again when a key, the passphrase or the bucket changes.

## What to keep

1. The keys that read the bucket {bucket}{second}. {keys}
2. {passphrase}
3. The way into Pulumi's state (docs/state.md): your login there, or PULUMI_CONFIG_PASSPHRASE; and Pulumi.{stack}.yaml.
4. A private key of server.authorized-keys: it opens {user}@{address}, port {port}.
5. The way into your accounts at Cloudflare, at Hetzner and where your domain is registered, recovery codes included.
"""
_LOCKED = """\
The passphrase of the {what}{name}. Without it nobody can open them, and it cannot be recovered. {where}
   Dumps from before a change of it need the one before. Keep each as long as its dumps."""
_FILES = " and of the files of apps"
_FILES_ONLY = "files of apps (the dumps are not encrypted: anyone with the keys can read them)"
_OPEN = "The dumps are not encrypted: anyone with the keys can read all data; no passphrase is needed."
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
_AFTER = """\
All of it belongs then to the role in DATABASE. Where each app's tables are:

{apps}

The whole estate again, on a new server: docs/disaster.md in the checkout of Petbase."""


@dataclass(frozen=True)
class Shelves:
    """What is in the bucket and in the second store; None where it did not open, or there is none."""

    bucket: Inventory | None
    copy: Inventory | None = None


@dataclass(frozen=True, repr=False)
class Secrets:
    """The passphrase, None where there is none; and whether the sheet shows it and the keys, or says where they are."""

    passphrase: str | None
    shown: bool

    def show(self, value: str | None) -> str:
        """A secret as a word of a command, or the place for it."""
        return shell.line(value) if value and self.shown else "..."


def sheet(stack: Stack, shelves: Shelves, now: datetime, secrets: Secrets) -> str:
    """The whole sheet, Markdown that is read as it is."""
    parts = [_head(stack, now, secrets), *_by_hand(stack, "The data back, by hand", shelves.bucket, secrets)]
    if stack.copy:
        parts += _by_hand(stack.at_copy(), "The same from the second store", shelves.copy, secrets)
    if stack.backs_up_files:
        parts.append(_files(stack, secrets, now))
    if stack.backs_up_files and stack.copy:
        parts.append(_files(stack.at_copy(), secrets, now))
    return "\n".join([*parts, _after(stack)])


def _files(stack: Stack, secrets: Secrets, now: datetime) -> str:
    spec = stack.backups
    key_id, secret_key = secrets.show(spec.access_key_id), secrets.show(spec.secret_access_key)
    return files_sheet.section(
        stack, key_id=key_id, secret_key=secret_key, passphrase=secrets.show(secrets.passphrase), now=now
    )


def _by_hand(stack: Stack, title: str, shelf: Inventory | None, secrets: Secrets) -> list[str]:
    return [_prepare(stack, title, secrets), _commands(stack, shelf) if shelf else _CLOSED]


def _head(stack: Stack, now: datetime, secrets: Secrets) -> str:
    def where(command: str) -> str:
        return "Below." if secrets.shown else f"Now in: {command} --stack {stack.name}"

    name = f", by its fingerprint {passphrases.fingerprint(secrets.passphrase)}" if secrets.passphrase else ""
    of_dumps = _FILES_ONLY if not stack.backups.encrypted else "dumps" + _FILES * stack.backs_up_files
    locked = _LOCKED.format(what=of_dumps, name=name, where=where(f"pulumi config get {passphrases.CONFIG_KEY}"))
    return _HEAD.format(
        stack=stack.name,
        service=stack.service,
        now=now,
        bucket=stack.backups.bucket,
        second=f" and the second store's bucket {stack.copy.bucket}" if stack.copy else "",
        keys=where("pulumi stack output petbase --show-secrets"),
        passphrase=locked if stack.locked else _OPEN,
        user=stack.server.user,
        address=stack.server.address,
        port=stack.server.port,
    )


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
        listings="\n".join(_listing(stack, folder) for folder in ("verified/", "")),
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
        kind="newest that was restored to try it" if chosen.verified else "newest; none was restored yet to try it",
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


def _after(stack: Stack) -> str:
    return _AFTER.format(apps="\n".join(_search_paths(stack)) or "(the stack has no apps)")


def _search_paths(stack: Stack) -> Iterator[str]:
    for name, app in stack.apps.items():
        yield f'- {name}: SET search_path = "{app.schema}";'  # shown, not run


def _url(stack: Stack) -> str:
    return f"{stack.backups.endpoint}/{stack.backups.bucket}"
