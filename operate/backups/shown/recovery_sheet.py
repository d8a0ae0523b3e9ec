"""The sheet for the drawer: with the bucket's keys, the passphrase and a dump alone, the data comes back by hand.

Every command on it is plain: no Petbase, no Pulumi, no Dokku. It is followed as printed in
tests/operate/backups/test_recovery_sheet.py.
"""

from datetime import datetime

from operate.backups.inventory import Inventory
from operate.backups.shown import dumps_sheet, files_sheet
from operate.backups.shown.dumps_sheet import Secrets
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
The passphrase of the {what}{name}. Without it they cannot be opened, and it cannot be recovered. {where}
   Dumps from before a change of it need the one before. Keep each as long as its dumps."""
_FILES = " and of the files of apps"
_FILES_ONLY = "files of apps (the dumps are not encrypted: anyone with the keys can read them)"
_OPEN = "The dumps are not encrypted: anyone with the keys can read all data; no passphrase is needed."
_AFTER = """\
All of it belongs then to the role in DATABASE. Where each app's tables are:

{apps}

The whole estate again, on a new server: docs/disaster.md in the checkout of Petbase."""


def sheet(stack: Stack, bucket: Inventory | None, copy: Inventory | None, now: datetime, secrets: Secrets) -> str:
    """The whole sheet, Markdown that is read as it is. None for a store that did not open, or is not there."""
    parts = [_head(stack, now, secrets), *dumps_sheet.section(stack, "The data back, by hand", bucket, secrets)]
    if stack.copy:
        parts += dumps_sheet.section(stack.at_copy(), "The same from the second store", copy, secrets)
    if stack.backs_up_files:
        parts.append(files_sheet.section(stack, secrets, now))
    if stack.backs_up_files and stack.copy:
        parts.append(files_sheet.section(stack.at_copy(), secrets, now))
    return "\n".join([*parts, _after(stack)])


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


def _after(stack: Stack) -> str:
    paths = [f'- {name}: SET search_path = "{app.schema}";' for name, app in stack.apps.items()]  # shown, not run
    return _AFTER.format(apps="\n".join(paths) or "(the stack has no apps)")
