"""What is wrong with a file that is no YAML, in the user's terms."""

import re

import yaml

_START = re.compile(r"character '(.)' that cannot start any token|expected alphabetic or numeric character")
_TAG = re.compile(r"could not determine a constructor for the tag '(?:tag:yaml.org,2002:)?(.*)'")
_ALIAS = re.compile(r"found undefined alias '(.*)'")


def sentence(error: yaml.MarkedYAMLError) -> str:
    """`line N: what is wrong; what to write`."""
    problem, mark = error.problem or "is no YAML", error.problem_mark
    if "while scanning a quoted scalar" in str(error.context):
        mark = error.context_mark or mark
    line = f"line {mark.line + 1}: " if mark else ""
    return f"{line}{_plain(problem, str(error.context))}"


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
    ("while scanning a quoted scalar", "a quote that is opened here is not closed"),
    ("mapping values are not allowed here", "a second colon; put the text behind the first one in quotes"),
    ("got ':'", "a second colon; put the text behind the first one in quotes"),
    ("found another document", "a second document begins here; remove the line ---"),
    ("expected <block end>", "indented differently from the lines above it"),
    ("could not find expected ':'", "a colon is missing behind the key, here or in the line above"),
    ("while parsing a flow", "a bracket or brace is not closed, or a comma is missing"),
)


def _other(problem: str) -> str:
    """Petbase's own say what to write already."""
    return problem if ";" in problem else f"{problem}; look at this line and the one above it"
