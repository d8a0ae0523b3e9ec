"""Characters that a person does not see, or takes for others: no-break spaces, a Cyrillic a, a byte order mark."""

import re
import unicodedata

_TYPOGRAPHIC = frozenset("\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b")
_WORD = re.compile(r"[^\W\d_]+")
_SHOWN = 80


def problem(text: str) -> str:
    """What to say of such a character in a text; "" where there is none."""
    if set(text) & _TYPOGRAPHIC:
        return f"{text} has typographic quotes; use plain ones, or none"
    if not (found := unseen(text) or _look_alike(text)):
        return ""
    name = unicodedata.name(found, "a control character").lower()
    write = "remove it" if unseen(text) else "type it again"
    return f'"{text}" has a character that is easy to miss, U+{ord(found):04X} ({name}); {write}'


def unseen(text: str) -> str:
    """The first character that prints nothing, or is a space of another kind; "" where there is none."""
    return next((one for one in text if not one.isprintable()), "")


def shortened(text: str) -> str:
    """A text that may be long."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def spelled(text: str) -> str:
    """One line without anything that a terminal would obey: each such character is spelled out, as in \\x1b."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _look_alike(text: str) -> str:
    """The first letter of another script within a word of Latin letters."""
    for word in _WORD.findall(text):
        other = [one for one in word if not unicodedata.name(one, "").startswith("LATIN")]
        if other and len(other) < len(word):
            return str(other[0])
    return ""
