"""Environment variables and secrets of an app: their names and values."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from components.config.values.form import ANY_SCALAR, Form, as_text
from host.dokku.config import problem_of

_WORD = r"[A-Za-z_][A-Za-z0-9_]*"
NAME_HINT = 'use letters, digits and "_", and do not begin with a digit'
_SHOWN = 40
# As ./petbase secrets set takes it. In capitals: a token, such as a JWT, has dots too.
_WHOLE_KEY = re.compile(r"[a-z0-9-]+\.([A-Z_][A-Z0-9_]*)")
_RESERVED_VARIABLES = {"DATABASE_URL", "NO_VHOST"}
_VARIABLE = re.compile(rf"(?!DOKKU_|({'|'.join(sorted(_RESERVED_VARIABLES))})$){_WORD}")


def is_variable_name(value: str) -> bool:
    """Whether a value has the form of a variable's name."""
    return re.fullmatch(_WORD, value) is not None


def _variable(value: str) -> None:
    if value in _RESERVED_VARIABLES or value.startswith("DOKKU_"):
        raise ValueError(f'"{value}" is set by Dokku or by Petbase; choose another name')


def _secret(value: str) -> None:
    """What is not a name may be the secret itself, so it is not shown."""
    if found := _WHOLE_KEY.fullmatch(value):
        raise ValueError(f'"{value}" has the app\'s name before it; write {found[1]}')
    if found := re.match(rf"({_WORD})\s*[=:]\s*[^\s=]", value):
        raise ValueError(f"only the name can be here; write {found[1]}, and set its value with ./petbase secrets set")
    if not is_variable_name(value):
        raise ValueError(f"this is not a variable name; {NAME_HINT}")
    _variable(value)


def _value(value: str) -> str:
    """Any text, but the few that Dokku would change (host/dokku/config.py)."""
    if problem := problem_of(value):
        shown = f'"{value}"' if len(value) <= _SHOWN and value.isprintable() else "its value"
        raise ValueError(f"{shown} {problem}")
    return value


VariableName = Annotated[str, Form(_VARIABLE, "a variable name", NAME_HINT, _variable)]
SecretVariable = Annotated[str, Form(_VARIABLE, "a variable name", NAME_HINT, _secret)]
SecretName = Annotated[str, Form(re.compile(_WORD), "the name of a secret", NAME_HINT)]
VariableValue = Annotated[str, BeforeValidator(as_text), AfterValidator(_value), ANY_SCALAR]
