"""What only Cloudflare's API tells of the stack's buckets in R2: who reads them without a key, and what rules they
have. The buckets' own keys may not ask, so this looks where CLOUDFLARE_API_TOKEN is set.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from components.cloud.preflight import CLOUDFLARE_TOKEN_FORM
from host.dumps.dump import SAFETY, VERIFIED
from operate.doctor.findings import Finding, bad, hint
from operate.stack.outputs import Stack

API = "https://api.cloudflare.com/client/v4"
_R2 = re.compile(r"https://([0-9a-f]{32})(?:\.(\w+))?\.r2\.cloudflarestorage\.com/?")
_SECONDS, _DAY = 10, 86_400
_AGAIN = "pulumi refresh, pulumi up"
Rules = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Bucket:
    """`public` is the name at which the stack file lets everyone read it. `dumps`: it is that of the dumps."""

    account: str
    jurisdiction: str
    name: str
    public: str | None = None
    dumps: bool = False


def findings(stack: Stack) -> list[Finding]:
    """Nothing where all is as it should be, or no token is set."""
    token = os.environ.get("CLOUDFLARE_API_TOKEN", "")
    if not CLOUDFLARE_TOKEN_FORM.fullmatch(token):
        return []
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda bucket: _of_bucket(stack, bucket, token), buckets(stack))
    return [one for some in found for one in some]


def buckets(stack: Stack) -> Iterator[Bucket]:
    """Those that the stack has in R2."""
    spec = stack.backups
    if spec.store == "r2" and (place := _R2.fullmatch(spec.endpoint)):
        yield Bucket(place[1], place[2] or "default", spec.bucket, dumps=True)
    for one in stack.buckets.values():
        account, name, jurisdiction = one.key.split("/")
        yield Bucket(account, jurisdiction, name, one.public)


def _of_bucket(stack: Stack, bucket: Bucket, token: str) -> list[Finding]:
    about = f"bucket {bucket.name}"
    try:
        found = [bad(about, says, repair) for says, repair in _opened(bucket, token)]
        if bucket.dumps and not stack.backups.found:
            deleting, locking = (_ask(bucket, token, what).get("rules") or () for what in ("lifecycle", "lock"))
            found += [bad(about, says, _AGAIN) for says in rule_problems(stack, deleting, locking)]
    except (OSError, ValueError) as problem:
        reason = problem.code if isinstance(problem, HTTPError) else problem
        says = f"Cloudflare's API does not tell who reads it and what rules it has ({reason})"
        return [hint(about, says, "is CLOUDFLARE_API_TOKEN this account's? docs/tokens.md")]
    return found


def _ask(bucket: Bucket, token: str, what: str) -> dict[str, Any]:
    url = f"{API}/accounts/{bucket.account}/r2/buckets/{bucket.name}/{what}"
    headers = {"Authorization": f"Bearer {token}", "cf-r2-jurisdiction": bucket.jurisdiction}
    with urlopen(Request(url, headers=headers), timeout=_SECONDS) as answer:
        found: dict[str, Any] = json.load(answer).get("result") or {}
    return found


def _opened(bucket: Bucket, token: str) -> Iterator[tuple[str, str]]:
    """The names at which anyone reads it, and that the stack file does not give it."""
    managed, custom = (_ask(bucket, token, f"domains/{kind}") for kind in ("managed", "custom"))
    every = [managed, *(custom.get("domains") or ())]
    names = [str(one.get("domain")) for one in every if one.get("enabled") and one.get("domain") != bucket.public]
    if names:
        where = f"Cloudflare's dashboard: R2, {bucket.name}, Settings, remove it from the public addresses"
        yield f"anyone can read it, at {' and '.join(names)}", where


def rule_problems(stack: Stack, deleting: Rules, locking: Rules) -> Iterator[str]:
    """What its rules do to dumps and their copies that the stack file does not say, whatever they are called."""
    spec = stack.backups
    dumps, safety, verified = (f"{spec.prefix}{under}postgres-{stack.service}-" for under in ("", SAFETY, VERIFIED))
    for rule in (one for one in deleting if one.get("enabled") and one.get("deleteObjectsTransition")):
        begins = (rule.get("conditions") or {}).get("prefix") or ""
        days = int(rule["deleteObjectsTransition"].get("condition", {}).get("maxAge") or 0) // _DAY
        if _meet(begins, verified):
            yield f"its rule {rule.get('id')} deletes copies in verified/, which no rule may"
        elif any(_meet(begins, key) for key in (dumps, safety)) and (spec.paused or days < spec.keep_days):
            yield f"its rule {rule.get('id')} deletes dumps after {days} days; keep-days is {spec.keep_days}"
    for key in (dumps, safety, verified) if spec.lock_days else ():
        if not any(_holds(rule, key, spec.lock_days) for rule in locking):
            yield f"no rule locks {key}* for {spec.lock_days} days, which lock-days says"


def _meet(begins: str, key: str) -> bool:
    """Whether a rule for what begins so is about a key's objects; behind the key's hyphen comes a year."""
    return key.startswith(begins) or (begins.startswith(key) and begins[len(key)].isdigit())


def _holds(rule: dict[str, Any], key: str, days: int) -> bool:
    condition = rule.get("condition") or {}
    is_long = condition.get("type") == "Indefinite" or int(condition.get("maxAgeSeconds") or 0) >= days * _DAY
    return bool(rule.get("enabled")) and key.startswith(rule.get("prefix") or "") and is_long
