"""An app's settings as Dokku has them. Only the kinds that the stack file sets are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from host.core.fact import Fact, fact
from host.core.host import Host
from host.programs.together import together
from host.settings.kind import Kind, Words
from host.settings.table import KINDS


def report_settings(host: Host, app: str, kinds: Sequence[str]) -> dict[str, Fact[Words]]:
    """Of each kind its words. KeyError for a kind that the table does not have."""
    questions = (partial(fact, host, partial(_present, host, app, KINDS[kind])) for kind in kinds)
    return dict(zip(kinds, together(*questions), strict=True))


def _present(host: Host, app: str, kind: Kind) -> Words:
    return tuple(kind.present(host, app))
