"""The pages that are drawn from the code. `make docs` writes them all; a test compares each."""

from collections.abc import Callable
from pathlib import Path

from tests.docs import picture, stack_file

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES: dict[Path, Callable[[], str]] = {
    CHECKOUT / "docs/stack-file.md": stack_file.page,
    CHECKOUT / "docs/architecture.md": picture.page,
}

if __name__ == "__main__":
    for path, draw in PAGES.items():
        path.write_text(draw())
