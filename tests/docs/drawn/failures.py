"""The table of what can go wrong in docs/backups.md, drawn from tests/host/check/failures.

`make docs` writes it between its two lines; a test compares it.
"""

import re
from pathlib import Path

from host.watch.limits import CHECK_SECONDS
from tests.host.check.failures.failure import Failure
from tests.host.check.failures.table import SECTIONS

_PAGE = Path(__file__).resolve().parents[3] / "docs/backups.md"
_BEGIN, _END = "<!-- what can go wrong -->\n", "<!-- end -->"
_TABLE = re.compile(f"(?<={_BEGIN}).*?(?={_END})", re.DOTALL)
GRACE_SECONDS = 1800
"""The grace time that docs/backups.md tells people to set at their dead man's switch."""
_OFF = """| **Can the server be reached?** | | | |
| the server, its network, its timers, or what the check runs with (`petbase-host`, Python) are gone or damaged \
| at once | your dead man's switch, because no signal arrives | {off} |
| a check began and does not end | at once | the same, if it is healthchecks.io or a similar service | {off} |
| **Was something changed in your accounts?** | | | |
| a bucket was made public; a rule of the dumps' bucket deletes too early; its lock is gone | at once | \
`./petbase doctor` where `CLOUDFLARE_API_TOKEN` is set, and so the [`drift` workflow](pull-requests.md) | 24 h |
| a DNS record, its proxy, the firewall, a token, or a bucket or its rules are not as declared | at once | \
`pulumi preview --refresh`, and so the `drift` workflow | 24 h |"""


def page() -> str:
    """The page with the table drawn anew; what is around it is written by hand."""
    return _TABLE.sub(lambda _: f"\n{table()}\n\n", _PAGE.read_text())


def table() -> str:
    """A row for each failure, under the question that it answers."""
    lines = ["| what goes wrong | counts as wrong | who reports it | alert after, at most |", "|---|---|---|---|"]
    for question, failures in SECTIONS.items():
        lines += [f"| **{question}** | | | |", *map(_row, failures)]
    return "\n".join([*lines, _OFF.format(off=_duration(CHECK_SECONDS + GRACE_SECONDS))])


def _row(failure: Failure) -> str:
    told = {"": "the check: switch and channels", "the switch": "the check: channels, and the switch by silence"}
    who = told.get(failure.deaf, "the check: switch and other channels")
    return f"| {failure.what} | {failure.counts} | {who} | {_duration(failure.seconds)} |"


def _duration(seconds: int) -> str:
    hours, minutes = divmod(-(-seconds // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
