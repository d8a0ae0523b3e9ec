"""Stand-ins read a module when they first use it; what is imported and not used costs nothing. Nothing else changes."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
LAZY = "import sys; from sandbox.host import lazy; sys.meta_path.insert(0, lazy._Finder);"


def said(*words: str) -> str:
    """What a new Python prints, which has imported nothing yet."""
    return subprocess.run(
        [sys.executable, *words], cwd=CHECKOUT, text=True, capture_output=True, check=True, timeout=60
    ).stdout


@pytest.mark.parametrize(
    ("used", "read"),
    [
        ("import sandbox.host.dokku.core.say as say; import sandbox.host.dokku.core.say", False),
        ("from sandbox.host.dokku.core import say", False),
        ("from sandbox.host.dokku.core import say; say.NO_SUCH_APP", True),
        ("from sandbox.host.dokku.core.say import NO_SUCH_APP", True),
        ("from sandbox.host.dokku.core import say; say.quiet = True; assert say.quiet", True),
    ],
)
def test_a_module_is_read_when_it_is_used_and_not_before(used: str, read: bool) -> None:
    is_read = "print('NO_SUCH_APP' in object.__getattribute__(sys.modules['sandbox.host.dokku.core.say'], '__dict__'))"
    assert said("-c", f"{LAZY} {used}; {is_read}") == f"{read}\n"


def test_what_was_set_before_the_first_use_stays() -> None:
    assert said("-c", f"{LAZY} from sandbox.host.dokku.core import say; say.quiet = 4; print(say.quiet)") == "4\n"


def test_the_standard_librarys_heavy_modules_wait_too() -> None:
    assert said("-c", f"{LAZY} import subprocess, subprocess as s; print('selectors' in sys.modules)") == "False\n"


def test_a_module_runs_with_its_own_words_as_python_m_runs_it() -> None:
    words = ["sandbox.host.dokku.docker", "no-such-verb"]
    both = [
        subprocess.run([sys.executable, *before, *words], cwd=CHECKOUT, text=True, capture_output=True, check=False)
        for before in (["-m"], ["-S", "-c", "from sandbox.host import lazy; lazy.main()"])
    ]
    plain, lazily = ((done.returncode, done.stdout, done.stderr) for done in both)
    assert plain == lazily
    assert (plain[0], plain[2].split(":")[0]) == (1, "docker")
