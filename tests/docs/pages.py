"""The pages that are drawn from the code. `make docs` writes them all; a test compares each."""

import json
from collections.abc import Callable
from pathlib import Path

from components.config import json_schema
from tests.docs import failures, picture, stack_file

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES: dict[Path, Callable[[], str]] = {
    CHECKOUT / "docs/stack-file.md": stack_file.page,
    CHECKOUT / "docs/architecture.md": picture.page,
    CHECKOUT / "docs/backups.md": failures.page,
    CHECKOUT / "docs/petbase.schema.json": lambda: f"{json.dumps(json_schema.stack_file(), indent=2)}\n",
}

if __name__ == "__main__":
    for path, draw in PAGES.items():
        path.write_text(draw())
