"""What a preview says beside the changes; `up` has a preview before it, and does not repeat it."""

from collections.abc import Iterable

import pulumi


def warn(sentences: Iterable[str]) -> None:
    """One warning each."""
    if pulumi.runtime.is_dry_run():
        for sentence in sentences:
            pulumi.log.warn(sentence)
