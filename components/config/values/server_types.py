"""What the stack file says of a server and of the releases on it."""

import re
from typing import Annotated

from components.config.values.form import Form

_RELEASE = re.compile(r"\d+\.\d+\.\d+")
_SHA256, _ID, _WORD = re.compile(r"[0-9a-f]{64}"), re.compile(r"[1-9]\d*"), re.compile(r"[a-z0-9][a-z0-9.-]*")
_USER = re.compile(r"[a-z_][a-z0-9_-]*")
_CITIES = {"nuremberg": "nbg1", "falkenstein": "fsn1", "helsinki": "hel1", "ashburn": "ash", "hillsboro": "hil"}


def _location(value: str) -> None:
    if name := _CITIES.get(value.lower()):
        raise ValueError(f'"{value}" is a city; write {name}')


Number = Annotated[str, Form(_ID, "an id", "write the number that Hetzner shows", numbers=True)]
Word = Annotated[str, Form(_WORD, "a valid name", 'use lowercase letters, digits, "." and "-"')]
Location = Annotated[str, Form(_WORD, "a valid name", 'use lowercase letters, digits, "." and "-"', _location)]
UserName = Annotated[str, Form(_USER, "a user name", 'write one like "root"')]
Release = Annotated[str, Form(_RELEASE, "a release", 'write one like "0.38.27"')]
Sha256 = Annotated[str, Form(_SHA256, "a SHA-256", "write the 64 hex digits that sha256sum prints")]
