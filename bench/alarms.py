"""How many of the faults of tests/host/check/failures are told, and after how long at most."""

import tempfile
from pathlib import Path
from statistics import median

from tests.host.check.failures.failure import Failure
from tests.host.check.failures.table import FAILURES
from tests.host.check.scene import PHONE, SWITCH, Scene


def rows() -> list[tuple[str, str]]:
    """Each fault is injected into its own healthy server, whose programs are recorded."""
    reported = sum(map(_is_told, FAILURES))
    minutes = sorted(-(-failure.seconds // 60) for failure in FAILURES)
    soon = sum(each <= 20 for each in minutes)
    return [
        ("faults injected; reported; silent", f"{len(FAILURES)}; {reported}; {len(FAILURES) - reported}"),
        ("from the fault to the alarm, at most: median; longest", f"{median(minutes):.0f} min; {minutes[-1]} min"),
        ("of them reported within 20 minutes", f"{soon} of {len(FAILURES)}"),
    ]


def _is_told(failure: Failure) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "var/lib/dokku").mkdir(parents=True)
        scene = Scene(Path(folder))
        failure.inject(scene)
        scene.check()
        heard = [scene.told(f"{SWITCH}/fail"), scene.told(PHONE)]
    return any(failure.says in text for text in heard)
