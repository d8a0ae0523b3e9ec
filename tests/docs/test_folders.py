"""The code's map: the docstring of each package below says in which order its folders may import from one another."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAPPED = ("components", "host", "operate")


def _modules(package: str) -> dict[str, Path]:
    """The files of a package by the names that they are imported by."""
    files = sorted((ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _order(package: str) -> list[set[str]]:
    """Its folders from the ground up; those of one set have nothing to do with one another."""
    text = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text())) or ""
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    joined = " ".join(lines)
    levels = joined.split("<") if "<" in joined else [re.split(r"\s{2,}", line)[0] for line in lines]
    return [{name.strip() for name in level.split(",")} for level in levels]


@pytest.mark.parametrize("package", MAPPED)
def test_a_folder_imports_only_from_those_before_it(package: str) -> None:
    ranks = {folder: rank for rank, level in enumerate(_order(package)) for folder in level}
    folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert folders <= ranks.keys()
    wrong = [
        f"{module} imports {name}"
        for module, path in _modules(package).items()
        for name in _imports(path)
        if (here := module.split(".")[1]) in ranks and name.startswith(f"{package}.")
        if (there := name.split(".")[1]) in ranks and here != there and ranks[here] <= ranks[there]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", [*MAPPED, "sandbox", "bench"])
def test_no_two_files_import_each_other(package: str) -> None:
    modules = _modules(package)
    assert modules
    tuple(
        TopologicalSorter({name: set(_imports(path)) & modules.keys() for name, path in modules.items()}).static_order()
    )
