"""A few words for each change of a group: what is made, changed or removed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.dokku.program import command_in
from host.app.ensure import EnsureApp
from host.link.ensure import EnsureLink
from operate.plan.changes import ADDED, CHANGED, REMOVED, REPLACED, Change
from operate.summary import commands
from operate.summary.groups import Group

# Keys and files that come and go with another resource of their group.
_SILENT = ("CertRequest", "PrivateKey", "CopyToRemote")
_NOUNS = {
    "Server": "server {name} ({serverType} in {location})",
    "PrimaryIp": "IPv4 address",
    "Firewall": "firewall",
    "SshKey": "SSH key {name}",
    "R2Bucket": "bucket {name}",
    "R2BucketLifecycle": "expiry of old dumps",
    "R2BucketLock": "lock of new dumps",
    "R2BucketCors": "web pages that may use the bucket",
    "R2CustomDomain": "files for everyone at {name}",
    "AccountToken": "access token {name}",
    "ApiToken": "access token {name}",
    "OriginCaCertificate": "certificate",
    "ZoneSetting": "SSL mode",
}
_VERBS = {ADDED: "", CHANGED: " changed", REMOVED: " removed", REPLACED: " replaced"}
_DAY = 86_400


def parts(group: Group) -> list[str]:
    """Of an app that comes or goes as a whole, what belongs to it; else each difference."""
    if group.app and group.sign == ADDED:
        certificate = ["certificate"] * _has_certificate(group)
        return [*_made(group), *_records(group), *certificate]
    if group.app and group.sign == REMOVED:
        return [*_gone(group)]
    found = [phrase for one in group.changes if not _belongs_to_a_bucket(one, group) for phrase in _phrases(one)]
    if was := next((was for one in group.changes if (was := _renamed(one))), ""):
        found = [f"renamed from {was}, with its data"]
    return list(dict.fromkeys([*found, *_records(group)]))


def rerun(change: Change) -> bool:
    """Whether it is a command that runs again and says the same as before, or the program that it is a command of."""
    same = change.sign == CHANGED and change.before and change.before.name == change.one.name
    if not same or not change.one.type.startswith("command:"):
        return False
    if change.one.kind == "CopyToRemote" or change.one.name.endswith("-program"):
        return True
    before, after = map(command_in, change.inputs())
    return after is not None and not _renamed(change) and not commands.differing(before, after, all_fields=True)


def _belongs_to_a_bucket(change: Change, group: Group) -> bool:
    """Rules and tokens come and go with their bucket."""
    is_part = change.one.kind in ("R2BucketCors", "R2BucketLifecycle", "R2BucketLock", "AccountToken", "ApiToken")
    return is_part and any(one.one.kind == "R2Bucket" and one.sign == change.sign != CHANGED for one in group.changes)


def _made(group: Group) -> Iterator[str]:
    for one in group.changes:
        command = command_in(one.one.inputs)
        if isinstance(command, EnsureLink):
            whose = "as the database's superuser" if command.access == "superuser" else "and role"
            yield f"schema {command.schema} {whose}"
            blank = EnsureLink(command.app, service=command.service, schema=command.schema, access=command.access)
            yield from commands.phrases(blank, command)
        elif one.one.parent.startswith("AppSettings "):
            yield from commands.phrases(None, command)
        elif one.one.kind in ("R2Bucket", "R2CustomDomain"):
            yield from _phrases(one)


def _gone(group: Group) -> Iterator[str]:
    kept = [command for one in group.changes if isinstance(command := command_in(one.one.inputs), EnsureLink)]
    also = [one.removesuffix(" removed") for one in _records(group)] + ["certificate"] * _has_certificate(group)
    removed = ["the app", *(f"its {one}" for one in also)]
    listed = removed[0] if len(removed) == 1 else f"{', '.join(removed[:-1])} and {removed[-1]}"
    staying = [f"its schema {link.schema} and role stay, with the data" for link in kept]
    staying += [phrase for one in group.changes if one.one.kind == "R2Bucket" for phrase in _phrases(one)]
    stays = " and ".join(staying)
    yield f"removes {listed}" + (f"; {stays}" if stays else "")


def _has_certificate(group: Group) -> bool:
    return any(one.one.parent.startswith("AppCertificate ") for one in group.changes)


def _phrases(change: Change) -> Iterator[str]:
    kind, (before, after) = change.one.kind, change.inputs()
    if kind == "Command":
        yield from _of_command(change)
    elif kind in _NOUNS:
        imported = bool(change.one.options.get("import"))
        noun = _NOUNS[kind]
        if kind == "R2BucketLifecycle" and change.one.parent.startswith("AppBucket "):
            noun = "rule for unfinished uploads"
        noun = noun if change.sign == ADDED and not imported else noun.partition(" (")[0]
        name = noun.format_map({"name": change.one.name, **change.one.inputs})
        if change.sign == REMOVED and change.one.options.get("retainOnDelete"):
            yield f"its {name} stays, with the files"
            return
        verb = " taken over as it is" if imported and change.sign == ADDED else _VERBS[change.sign]
        yield name + (_difference(kind, before, after) or verb)


def _of_command(change: Change) -> Iterator[str]:
    before, after = map(command_in, change.inputs())
    whole = change.one.name.rpartition("-")[2]
    if change.one.parent.startswith("AppSettings ") or change.sign == CHANGED:
        yield from commands.phrases(before, after)
    elif whole not in ("program", "link"):
        names = {"dokku": "Dokku", "service": "PostgreSQL", "backup": "schedule", "watch": "health check"}
        names["files"] = "backup of files"
        names |= {"real-ip": "visitors' addresses", "ip": "visitors' addresses"}
        version = f" {getattr(after, 'version', '')}".rstrip() if whole == "service" else ""
        yield names.get(whole, whole) + version + _VERBS[change.sign]


def _renamed(change: Change) -> str:
    command = command_in(change.after.inputs) if change.after else None
    return command.renamed_from if isinstance(command, EnsureApp) else ""


def _difference(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What a number says that people wrote in the stack file."""
    if kind == "Server" and before and after and before.get("serverType") != after.get("serverType"):
        return f" type {after.get('serverType')} (was {before.get('serverType')})"
    old, new = (_days(inputs.get("rules") or []) for inputs in (before, after))
    return f": {new} days (was {old})" if old and new and old != new else ""


def _days(rules: Sequence[Mapping[str, Any]]) -> int:
    for rule in rules:
        expires = (rule.get("deleteObjectsTransition") or {}).get("condition") or {}
        locked = rule.get("condition") or {}
        if seconds := expires.get("maxAge") or locked.get("maxAgeSeconds"):
            return int(seconds) // _DAY
    return 0


def _records(group: Group) -> Iterator[str]:
    """The A and the AAAA record of a name are one matter."""
    found: dict[tuple[str, str], None] = {}
    for one in group.changes:
        if one.one.kind == "DnsRecord":
            found[one.one.name.partition(" ")[2], one.sign] = None
    for sign in (ADDED, CHANGED, REPLACED, REMOVED):
        if names := [name for name, its in found if its == sign]:
            yield f"DNS records for {' and '.join(names)}{_VERBS[sign]}"
