"""A setting as PostgreSQL stores it for a role or a database, taken apart: a role may store any text."""

from collections.abc import Iterator

# PostgreSQL keeps these as lists of identifiers (GUC_LIST_QUOTE); the libraries keep their case.
_IDENTIFIERS = {"search_path", "temp_tablespaces"}
_LIBRARIES = {"local_preload_libraries", "session_preload_libraries", "shared_preload_libraries"}
_NAME_BYTES = 63


def elements(name: str, value: str) -> list[str] | None:
    """A stored value as what SET takes: one word, or the elements of a list. None for text that is not a list."""
    if name not in _IDENTIFIERS | _LIBRARIES:
        return [value]
    found = list(_split(value, name in _IDENTIFIERS))
    return None if None in found else [one for one in found if one is not None]


def _split(value: str, fold: bool) -> Iterator[str | None]:
    """The elements of a list as PostgreSQL's SplitIdentifierString reads them; a None at the end where it cannot."""
    rest = value.strip()
    while rest:
        element, rest = _quoted(rest) if rest.startswith('"') else _plain(rest, fold)
        rest = rest.lstrip()
        if element is None or (rest and not rest.startswith(",")) or rest == ",":
            yield None
            return
        yield element
        rest = rest[1:].lstrip()


def _quoted(text: str) -> tuple[str | None, str]:
    end = 1
    while (end := text.find('"', end)) >= 0:
        if text[end + 1 : end + 2] != '"':
            return text[1:end].replace('""', '"'), text[end + 1 :]
        end += 2
    return None, ""


def _plain(text: str, fold: bool) -> tuple[str | None, str]:
    end = next((place for place, letter in enumerate(text) if letter == "," or letter.isspace()), len(text))
    word = text[:end].encode()[:_NAME_BYTES].decode(errors="ignore") if fold else text[:end]
    return (word.lower() if fold else word) or None, text[end:]
