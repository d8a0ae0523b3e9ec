"""How an import ended."""

from dataclasses import dataclass

from host.imports.facts import Imported


@dataclass(frozen=True)
class Outcome:
    """How it ended. `steps` are seconds, by what was done; `safety` is the key of the dump made before."""

    imported: Imported
    seconds: float
    steps: list[tuple[str, float]]
    safety: str | None = None
