"""Counts what a hostile app hides and tries, and runs all of it through every verb (tests/hostile/test_whole.py)."""

import re
import subprocess
import sys

from sandbox.workspace import CHECKOUT
from tests.hostile.traps.corners import CORNERS
from tests.hostile.traps.functions import STATEMENTS
from tests.hostile.traps.names import names
from tests.hostile.traps.objects import objects
from tests.hostile.traps.places import places
from tests.hostile.traps.settings import settings
from tests.hostile.verbs import CHANGES_THE_ROLE, VERBS


def rows() -> list[tuple[str, str]]:
    """What there is of each, and how many verbs changed nothing else."""
    hidden = len([*objects(), *CORNERS, *places()])
    words = [sys.executable, "-m", "pytest", "--quiet", "-m", "soak", "tests/hostile/test_whole.py"]
    said = subprocess.run(words, cwd=CHECKOUT, check=False, capture_output=True, text=True).stdout
    found = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|error)", said)}
    return [
        ("places where code is hidden", str(hidden)),
        ("statements that it tries in each", str(len(STATEMENTS))),
        ("attempts in one load: places by statements", str(hidden * len(STATEMENTS))),
        ("things with a hostile name or text", str(len([*names()]))),
        ("settings that the role tries to store", str(len([*settings()]))),
        ("verbs that all of it goes through", str(len(VERBS) + len(CHANGES_THE_ROLE))),
        ("verbs after which all was as before", str(found.get("passed", 0))),
        ("escapes", str(found.get("failed", 0) + found.get("error", 0))),
    ]
