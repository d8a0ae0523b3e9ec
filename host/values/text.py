"""Text for people: what somebody else wrote, on its way to a terminal; sizes; the end of an output."""

_UNITS = ("kB", "MB", "GB", "TB")


def printable(text: str) -> str:
    """The text without anything that a terminal would obey: each such character is a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def size(count: int) -> str:
    """Bytes for people: `999 bytes`, `1.2 MB`."""
    if count < 1000:
        return f"{count} bytes"
    amount = float(count)
    for unit in _UNITS:
        amount /= 1000
        if amount < 999.95 or unit == _UNITS[-1]:
            break
    return f"{amount:.1f} {unit}"


def last_words(text: str) -> str:
    """The end of what a program printed, on one line, as a reason in a sentence."""
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return " ".join(found[-3:])
