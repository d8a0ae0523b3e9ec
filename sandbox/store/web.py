"""What browsers and everyone may do with a bucket: its CORS rules, and the names under which it can be read.

Part of the pretend R2 account (account.py): files that the cloudflare provider's stand-in writes and the server reads.

    root/buckets/NAME/cors.json  root/domains/DOMAIN.json
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.store import account

Rule = Mapping[str, Any]


def put_cors(root: Path, bucket: str, rules: Sequence[Rule]) -> None:
    """Replace all CORS rules of a bucket."""
    account.require_bucket(root, bucket)
    account.write_json(account.bucket_dir(root, bucket) / "cors.json", list(rules))


def cors(root: Path, bucket: str) -> list[dict[str, Any]]:
    """The CORS rules of a bucket."""
    return list(account.read_json(account.bucket_dir(root, bucket) / "cors.json", []))


def allowed(rules: Sequence[Rule], origin: str, method: str, headers: Sequence[str] = ()) -> Rule | None:
    """The first rule that lets a page of this origin send this request; None where none does."""
    for rule in rules:
        may = rule["allowed"]
        named = {one.lower() for one in may.get("headers", ())}
        if (
            (origin in may["origins"] or "*" in may["origins"])
            and method in may["methods"]
            and ("*" in named or {one.lower() for one in headers} <= named)
        ):
            return rule
    return None


def open_to_all(root: Path, domain: str, bucket: str) -> None:
    """From now on everyone can read the bucket under this name."""
    account.require_bucket(root, bucket)
    account.write_json(root / "domains" / f"{domain}.json", {"bucket": bucket})


def close(root: Path, domain: str) -> None:
    """The name leads nowhere any more."""
    (root / "domains" / f"{domain}.json").unlink(missing_ok=True)


def bucket_of(root: Path, domain: str) -> str | None:
    """The bucket that everyone can read under this name; None for any other name."""
    if "/" in domain or not domain:
        return None
    held = account.read_json(root / "domains" / f"{domain}.json", None)
    return held["bucket"] if held and held["bucket"] in account.buckets(root) else None
