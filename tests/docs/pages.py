"""The pages that are drawn from the code, and the contents of long ones. `make docs` writes them; tests compare."""

import json
from collections.abc import Callable
from pathlib import Path

from components.config import json_schema
from tests.docs.drawn import contents, failures, picture, stack_file

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES: dict[Path, Callable[[], str]] = {
    CHECKOUT / "docs/stack-file.md": lambda: contents.with_contents(stack_file.page()),
    CHECKOUT / "docs/architecture.md": lambda: contents.with_contents(picture.page()),
    CHECKOUT / "docs/backups.md": lambda: contents.with_contents(failures.page()),
    CHECKOUT / "docs/petbase.schema.json": lambda: f"{json.dumps(json_schema.stack_file(), indent=2)}\n",
}

if __name__ == "__main__":
    for path, draw in PAGES.items():
        path.write_text(draw())
    for path in contents.pages(CHECKOUT):
        path.write_text(contents.with_contents(path.read_text()))
