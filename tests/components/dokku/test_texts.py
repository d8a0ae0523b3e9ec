"""The whole text of each command, compared with `==`: what a preview shows, and what an edit of a script changes.

`make texts` writes them again; the difference belongs into the review.
"""

from pathlib import Path

import pytest

from components.config.spec import Backups
from components.dokku import lifecycle, refilling, upgrading
from components.dokku.shell import Script
from tests.components.estates import ACCOUNT

TEXTS = Path(__file__).parent / "texts"
FILES = Path(lifecycle.__file__).parent / "scripts"
STACK = "petbase/prod"
_BACKUPS = Backups.model_validate({"account-id": ACCOUNT, "encrypt": True, "path": "prod"})
_ENDPOINT = f"https://{ACCOUNT}.r2.cloudflarestorage.com"

SCRIPTS = {
    "refill": refilling.refill(STACK, "db", "latest", _BACKUPS, _ENDPOINT),
    "major": upgrading.upgrade(STACK, "db", "18.4"),
    "major_look": Script(upgrading.look("db")),
    "major_drop": upgrading.drop(STACK, "db-before-18"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_text_of_every_command(name: str) -> None:
    script = SCRIPTS[name]
    assert script
    assert script.text == (TEXTS / f"{name}.sh").read_text()


def test_no_text_is_left_over() -> None:
    assert {path.stem for path in TEXTS.glob("*.sh")} == SCRIPTS.keys()


def test_no_file_of_text_is_left_out() -> None:
    texts = "".join(script.text for script in SCRIPTS.values() if script)
    assert [file.name for file in sorted(FILES.glob("*.sh")) if _without_comments(file) not in texts] == []


def _without_comments(file: Path) -> str:
    lines = file.read_text().splitlines()
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


if __name__ == "__main__":
    for name, script in SCRIPTS.items():
        assert script
        (TEXTS / f"{name}.sh").write_text(script.text)
