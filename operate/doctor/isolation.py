"""Does each app stay in its room: what of the database lets one out of it."""

import json
from collections.abc import Iterator

from components.dokku import shell
from operate.doctor.findings import Finding, hint
from operate.server.report import ServerReport


def findings(seen: ServerReport) -> Iterator[Finding]:
    """Functions that run as the superuser for an app (components/dokku/scripts/definers.sh). They may be meant."""
    for told in map(json.loads, seen.values("definer")):
        routine = told["routine"]
        revoke = shell.line("./petbase", "psql", "-c", f"REVOKE EXECUTE ON ROUTINE {routine} FROM {told['grantees']}")
        less = "ALTER ROUTINE … OWNER TO a role that may do no more than it needs (docs/isolation.md)"
        yield hint(
            f"function {routine}", f"runs with the superuser's rights for {told['callers']}", f"{revoke}, or {less}"
        )
