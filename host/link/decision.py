"""What a link gives an app: its own role and schema, or the superuser's URL."""

from collections.abc import Callable
from dataclasses import dataclass

from host.link.record import SCHEMA, SUPERUSER, LinkRecord


@dataclass(frozen=True)
class Situation:
    """`declared` is what the stack file says, SCHEMA or SUPERUSER; `record` what was decided the last time.

    `linked` as the plugin counts it; `has_superuser_url`: the app's DATABASE_URL is the superuser's.
    """

    declared: str
    record: LinkRecord | None
    linked: bool
    has_superuser_url: bool


@dataclass(frozen=True)
class Decision:
    """`found`: the link was here before Petbase, so its removal is not ours. `tables` in public are why the app keeps
    the superuser's URL although the stack file says otherwise; 0 where that is not so.
    """

    access: str
    found: bool
    tables: int = 0


def decide(situation: Situation, tables_in_public: Callable[[], int]) -> Decision:
    """The rules. What is in `public` is seen by the superuser's URL only, so a default must not take that URL away from
    a running app: `./petbase isolate` moves its tables first, and its record then says SCHEMA.

        declared   record says          linked, with the       tables      access     found
                                        superuser's URL        in public
        superuser  nothing              linked                 -           superuser  yes
        superuser  superuser            linked                 -           superuser  as recorded
        superuser  schema               linked                 -           superuser  no
        superuser  anything             not linked             -           superuser  no
        schema     schema               -                      -           schema     no
        schema     nothing, superuser   no                     -           schema     no
        schema     nothing, superuser   yes                    none        schema     no
        schema     nothing, superuser   yes                    some        superuser  yes, or as recorded
    """
    record = situation.record
    may_lose_tables = situation.linked and situation.has_superuser_url and (record is None or record.access != SCHEMA)
    tables = tables_in_public() if situation.declared == SCHEMA and may_lose_tables else 0
    if situation.declared == SCHEMA and not tables:
        return Decision(SCHEMA, found=False)
    return Decision(SUPERUSER, situation.linked and (record.found if record else True), tables)
