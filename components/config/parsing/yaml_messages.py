"""What is wrong with a file that is no YAML, in the user's terms."""

import re
from collections.abc import Sequence

import yaml

from components.config.messages.characters import problem as of_character
from components.config.messages.characters import spelled, unseen

_START = re.compile(r"character '(.)' that cannot start any token|expected alphabetic or numeric character")
_TAG = re.compile(r"could not determine a constructor for the tag '(?:tag:yaml.org,2002:)?(.*)'")
_ALIAS = re.compile(r"found undefined alias '(.*)'")
_COLON = re.compile(r":(\s|$)")
_NO_SECOND = "mapping values are not allowed here"


def sentence(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> str:
    """`line N: what is wrong; what to write`. `lines` are the file's."""
    told, number = _told(error, lines)
    return spelled(f"line {number + 1}: {told}" if number is not None else told)


def _told(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[str, int | None]:
    problem, context, mark = error.problem or "is not YAML", str(error.context), error.problem_mark
    if mark is None:
        return _plain(problem, context), None
    for number in (mark.line, mark.line - 1):
        line = lines[number].rstrip("\r") if 0 <= number < len(lines) else ""
        if (found := unseen(line.replace("\t", ""))) and ";" not in problem:
            return of_character(found), number
    if problem == _NO_SECOND:
        return _second_colon(lines, mark)
    began = error.context_mark
    if began and context.startswith(("while scanning a quoted scalar", "while parsing a flow")):
        opened = (n for n in range(began.line, -1, -1) if n < len(lines) and set(lines[n]) & set("[{\"'"))
        return _plain(problem, context), next(opened, began.line)
    return _plain(problem, context), mark.line


def _second_colon(lines: Sequence[str], mark: yaml.Mark) -> tuple[str, int]:
    """Two in one line; or the line above has none, or has a value and what follows is indented below it."""
    if _COLON.search(lines[mark.line][: mark.column]):
        return "a second colon; put the text behind the first one in quotes", mark.line
    above = next((n for n in range(mark.line - 1, -1, -1) if lines[n].split("#")[0].strip()), mark.line)
    if not _COLON.search(lines[above].lstrip(" -")):
        return f"no colon with a space behind it; write KEY: VALUE, not {lines[above].strip()}", above
    return "indented more than the line above it, which has a value already; indent both alike", mark.line


def _plain(problem: str, context: str) -> str:
    if "'\\t'" in problem:
        return "a tab; YAML is indented with spaces"
    if found := _START.search(problem):
        return f"a text that begins with {found[1] or '* or &'} must be in quotes"
    if found := _ALIAS.search(problem):
        return f"*{found[1]} refers to nothing; put a text that begins with * in quotes"
    if found := _TAG.search(problem):
        return f"{found[1]} is a YAML tag, which a stack file cannot have; put a text that begins with ! in quotes"
    return next((said for part, said in _KNOWN if part in f"{context} {problem}"), _other(problem))


_KNOWN = (
    ("escape", r"a \ within double quotes; use single quotes, in which it is itself"),
    ("while scanning a quoted scalar", "a quote that is opened here is not closed"),
    ("got ':'", "a second colon; put the text behind the first one in quotes"),
    ("but found ':'", "a text that begins with : must be in quotes"),
    ("found another document", "a second document begins here; remove the line ---"),
    ("but found '}'", "a } that closes nothing; remove it"),
    ("but found ']'", "a ] that closes nothing; remove it"),
    ("expected <block end>", "indented differently from the lines above it"),
    ("could not find expected ':'", "a colon is missing behind the key, here or in the line above"),
    ("while parsing a flow", "a bracket or brace that opens here is not closed, or a comma or a quote is missing"),
    ("for merging", "<<: takes another section, as in <<: *NAME"),
    ("recursive", "an anchor that contains itself; write its value out"),
)


def _other(problem: str) -> str:
    """Petbase's own say what to write already."""
    return problem if ";" in problem else f"{problem}; look at this line and the one above it"
