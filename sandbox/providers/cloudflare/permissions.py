"""The permission groups that tokens are made of: those that matter here with their real ids, and others around them.

The two R2 item groups' ids are Cloudflare's own; the others' are made up, so that a lookup by name has to look.
"""

from sandbox.providers.values import State

R2_ITEM_WRITE = "2efd5506f9c8494dacb1fa10a3e7d5b6"
R2_ITEM_READ = "6a018a9f2fc74eb6b293b0c548f38b39"
_BUCKET = "com.cloudflare.edge.r2.bucket"
_ACCOUNT = "com.cloudflare.api.account"
_ZONE = "com.cloudflare.api.account.zone"

GROUPS: tuple[State, ...] = tuple(
    {"id": number, "name": name, "scopes": [scope]}
    for number, name, scope in (
        ("b4992e1108244f5d8bfbd5744320c2e1", "Workers R2 Storage Read", _ACCOUNT),
        ("bf7481a1826f439697cb59a20b22293e", "Workers R2 Storage Write", _ACCOUNT),
        (R2_ITEM_READ, "Workers R2 Storage Bucket Item Read", _BUCKET),
        (R2_ITEM_WRITE, "Workers R2 Storage Bucket Item Write", _BUCKET),
        ("82e64a83756745bbbb1c9c2701bf816b", "DNS Read", _ZONE),
        ("4755a26eedb94da69e1066d98aa820be", "DNS Write", _ZONE),
        ("c8fed203ed3043cba015a93ad1616f1f", "Zone Read", _ZONE),
        ("3030687196b94b638145a3953da2b699", "Zone Settings Write", _ZONE),
        ("c03055bc037c4ea9afb9a9f104b7b721", "SSL and Certificates Write", _ZONE),
        ("5bc3f8b21c554832afc660159ab75fa4", "Account API Tokens Write", _ACCOUNT),
    )
)


def listed(args: State) -> list[State]:
    """The groups whose name contains `name` and whose scope is `scope`, where given; at most `maxItems`."""
    wanted = args.get("name", "").lower()
    chosen = [
        group for group in GROUPS if wanted in group["name"].lower() and args.get("scope") in (None, *group["scopes"])
    ]
    return chosen[: args.get("maxItems", len(chosen))]
