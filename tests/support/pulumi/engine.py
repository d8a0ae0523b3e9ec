"""A tiny checkout whose program a test writes, and an Engine on it."""

import textwrap
from pathlib import Path
from typing import Any

from sandbox.engine.engine import Engine

PROJECT = """\
name: tiny
runtime:
  name: python
  options: {toolchain: pip, virtualenv: .venv}
"""


class Tiny:
    """One sandbox and one checkout under a folder; `said` are the lines that the engine's driver printed itself."""

    def __init__(self, folder: Path, **config: Any) -> None:
        self.root, self.checkout, self.said = folder / "sandbox", folder / "checkout", list[str]()
        self.checkout.mkdir()
        (self.checkout / "Pulumi.yaml").write_text(PROJECT)
        (self.checkout / "Pulumi.sandbox.yaml").write_text("config:\n  tiny:word: hello\n")
        self.engine = Engine(self.root, self.checkout, config=config, say=self.said.append)

    def program(self, text: str) -> Engine:
        (self.checkout / "__main__.py").write_text("import pulumi\n" + textwrap.dedent(text))
        return self.engine
