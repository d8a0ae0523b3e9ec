"""What a person types before a verb touches data."""

from operate.core import terminal
from operate.core.errors import RefusedError


def type_name(name: str, purpose: str, otherwise: str) -> None:
    """A person types `name`, or RefusedError: `otherwise` says how a script answers."""
    answer = terminal.ask(f"Type {name} to {purpose}")
    if answer is None:
        raise RefusedError(f"Cancelled: there was no answer. Nothing was changed. {otherwise}")
    if answer != name:
        raise RefusedError(f'Cancelled: you typed "{answer}", not "{name}". Nothing was changed.')
