"""Every error text of the code, with `…` for what is filled in: what verbs and the program on the server fail with."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
# operate/core/errors.py and those that are made of it.
_ENDS_A_VERB = (
    *("PetbaseError", "RefusedError", "RemoteError", "ConnectionCutError", "StoreError"),
    *("ArchiveError", "PassphraseError"),
)
# Why a restore ended; host/restore/run.py puts it into a sentence that says what to do.
_REASONS = (
    *("host/archive/", "host/loading/", "host/placing/"),
    *("host/scratch/fingerprint.py", "host/scratch/load.py", "host/restore/one_app.py", "host/scratch/rows.py"),
)


def of_commands() -> Iterator[str]:
    """What the program on the server fails with (host/core/errors.py)."""
    yield from _raised("host", ("HostError", "RefusedError", "UsageError"), but=_REASONS)


def of_verbs() -> Iterator[str]:
    """What `operate` raises as one of its errors, which ends a verb; one that is nothing but a value is no text."""
    yield from _raised("operate", _ENDS_A_VERB)


def _raised(folder: str, kinds: tuple[str, ...], but: tuple[str, ...] = ()) -> Iterator[str]:
    for path in sorted((CHECKOUT / folder).rglob("*.py")):
        if str(path.relative_to(CHECKOUT)).startswith(but):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name(id=kind) | ast.Attribute(attr=kind), args=[told, *_])):
                    if kind in kinds and (text := _text(told)).strip(" …:.\n"):
                        yield text


def of_python(*folders: str) -> Iterator[str]:
    """Every string in the Python of these folders, put together where it is written in parts."""
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) and (text := _text(node)):
                    yield text


def _text(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (_text(left) or "…") + (_text(right) or "…")
    return ""


def fits(shown: str, text: str) -> bool:
    """Whether a text of the code says what a page shows, wherever it shows `…`."""
    # None at the ends: there it would say nothing, and take long.
    pattern = ".*".join(re.escape(part) for part in shown.strip("…").split("…"))
    return re.search(pattern, text, re.DOTALL) is not None
