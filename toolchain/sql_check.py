"""Finds SQL that is put together from strings in Python: `python -m toolchain.sql_check FOLDER…`, part of `make check`.

A value belongs beside a statement, never in it (host/postgres/psql.py): a name may hold a quote, and a tenant may have
chosen it. Looks at f-strings, `%`, `+` and `.format()` around text that begins like a statement. A text with the
comment `# shown, not run` behind one of its lines is for a person to read.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_VERBS = (
    "ALTER|CALL|CREATE|COMMENT ON|COPY|DELETE FROM|DROP|GRANT|INSERT INTO|REASSIGN|REVOKE|SELECT|SET|TRUNCATE|UPDATE"
)
_STATEMENT = re.compile(rf"(^|[\s;(])({_VERBS})\s+[\w\"'*({{%]")
_SHOWN = "# shown, not run"


def main() -> int:
    """Print each place; 1 where there is one."""
    found = [line for folder in sys.argv[1:] for file in sorted(Path(folder).rglob("*.py")) for line in _places(file)]
    for line in found:
        print(line)
    return 1 if found else 0


def _places(file: Path) -> Iterator[str]:
    for number in offences(file.read_text()):
        yield f"{file}:{number}: SQL with a value pasted in; pass it beside the statement (host/postgres/psql.py)"


def offences(source: str) -> list[int]:
    """The lines where SQL is put together from strings."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.expr)]
    lines = source.splitlines()
    found = [node for node in nodes if _is_pasted(node)]
    return sorted({node.lineno for node in found if not _is_shown(lines[node.lineno - 1 : node.end_lineno])})


def _is_shown(lines: Sequence[str]) -> bool:
    return any(line.endswith(_SHOWN) for line in lines)


def _is_pasted(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr(values=values):
            has_value = any(isinstance(value, ast.FormattedValue) and not _is_fixed(value.value) for value in values)
            return has_value and _is_sql("{".join(_text(value) for value in values))
        case ast.BinOp(left=left, op=ast.Mod() | ast.Add(), right=right):
            sides = (left, right)
            plain = all(_is_fixed(side) for side in sides)
            return not plain and any(_is_sql(_text(side)) for side in sides)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return _is_sql(_text(value))
    return False


def _is_fixed(node: ast.AST) -> bool:
    """Whether it is text of this program's own: a literal, or a constant of a module (_SCHEMAS)."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_fixed(left) and _is_fixed(right)
        case ast.Name(id=name):
            return name.isupper()
    return isinstance(node, ast.Constant)


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_sql(text: str) -> bool:
    return _STATEMENT.search(text) is not None


if __name__ == "__main__":
    sys.exit(main())
