"""How a restore ended."""

from dataclasses import dataclass

from host.loading.verdict import Verdict
from host.placing.restored import Restored
from operate.dumps.source import Source


@dataclass(frozen=True)
class Outcome:
    """Of which dump (or set-aside data) what came, and where the old data is. `steps` are seconds, by what was done."""

    name: str
    restored: Restored
    schemas: list[str]
    seconds: float
    steps: list[tuple[str, float]]
    safety: str | None = None
    source: Source | None = None

    @property
    def old(self) -> str | None:
        """The name of the data that was live before; None where there was none."""
        return self.restored.old[0] if self.restored.old else None

    @property
    def each(self) -> tuple[str, ...]:
        """The same for each thing that goes back by itself: an app, where they changed places one at a time."""
        return self.restored.old if self.restored.one_by_one else self.restored.old[:1]

    @property
    def failures(self) -> list[Verdict]:
        """What could not be restored."""
        return [verdict for verdict in self.restored.verdicts if verdict.error]
