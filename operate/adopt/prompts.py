"""The answers of `./petbase init`, each checked by the program's own types as soon as it is given."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from components.config.edge_spec import Email
from components.config.values.network_types import Fqdn, HostName
from components.config.values.public_key import PublicKey
from components.config.values.store_types import AccountId
from operate.core import terminal
from operate.core.errors import RefusedError

_T = TypeVar("_T")
_DEFAULT_KEY = "~/.ssh/id_ed25519.pub"
_DASHBOARD = re.compile(r"(?:https://)?dash\.cloudflare\.com/([0-9a-f]{32})\b")


@dataclass(frozen=True)
class Answers:
    """What a new stack file is made of. `host` is None for a new Hetzner server."""

    domain: str
    public_key: str
    account_id: str
    bucket: str
    apps: tuple[str, ...] = ()
    email: str | None = None
    host: str | None = None
    host_key: str | None = None
    user: str = "root"
    ssh_port: int = 22
    type: str = "cx23"
    location: str = "nbg1"
    bootstrap_sha256: str | None = None


def domain(answer: str) -> str:
    """The domain; ValueError also for `localhost`, which only the sandbox can use."""
    if answer in ("", "localhost"):
        raise ValueError('a domain of yours at Cloudflare is needed, like "example.org"')
    return typed(Fqdn)(answer)


def email(domain: str, given: str | None) -> str:
    """Whom Let's Encrypt writes to, asked only below a subdomain, which Cloudflare's own certificate does not cover."""
    if given is None and domain.count(".") <= 1:
        return ""
    question = f"Your e-mail, for Let's Encrypt (Enter: {domain} is its own zone at Cloudflare)"
    return asked("--email", question, given, _or_nothing(typed(Email)), "")


def _or_nothing(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda answer: check(answer) if answer else ""


def asked(option: str, question: str, given: str | None, check: Callable[[str], _T], default: str | None = None) -> _T:
    """The answer to one question, from its option or from a person, who is asked until it is right.

    RefusedError for a wrong option, and for an unanswered question that has no default.
    """
    if given is not None:
        try:
            return check(given)
        except ValueError as problem:
            raise RefusedError(f"{option}: {problem}") from None
    while True:
        answer = terminal.ask(f"{question} [{default}]" if default else question)
        if answer is None and default is None:
            raise RefusedError(f"{option} is missing, and there was no answer. All options: ./petbase init --help")
        try:
            return check(answer or default or "")
        except ValueError as problem:
            terminal.note(f"  {problem}")
            if answer is None:
                raise RefusedError(f"{option}: {problem}") from None


def typed(kind: Any) -> Callable[[str], str]:
    """A check by one of the types of components/config/values; its ValueError is that type's sentence."""

    def check(value: str) -> str:
        try:
            return str(TypeAdapter(kind).validate_python(value))
        except ValidationError as problem:
            detail = problem.errors()[0]
            message = detail.get("ctx", {}).get("error") or f'"{value}": {detail["msg"]}'
            raise ValueError(str(message)) from None

    return check


def account(value: str) -> str:
    """An account id, also out of the address of the dashboard that it is copied from."""
    found = _DASHBOARD.match(value)
    return typed(AccountId)(found[1] if found else value)


def fits(kind: Any, value: str) -> bool:
    """Whether a value is one of that type."""
    try:
        typed(kind)(value)
    except ValueError:
        return False
    return True


def address(answer: str) -> str:
    """A server's address as the stack file takes it, or nothing; ValueError for anything else."""
    return answer and typed(HostName)(answer)


def default_key() -> str | None:
    """The public key that most people have, if it is there."""
    return _DEFAULT_KEY if Path(_DEFAULT_KEY).expanduser().is_file() else None


def public_key(answer: str) -> str:
    """The line of a public key, from the line itself or the name of its file; ValueError says what is wrong."""
    if " " in answer:
        return typed(PublicKey)(answer)
    path = Path(answer).expanduser()
    if not answer or not path.is_file():
        what = f'there is no file "{answer}"' if answer else "a key is needed"
        raise ValueError(f"{what}; name a file like {_DEFAULT_KEY} (ssh-keygen -t ed25519 creates it)")
    text = path.read_text(errors="replace").strip()
    if "PRIVATE KEY" in text:
        raise ValueError(f'"{answer}" is a private key, which must stay with you; name its public half, {answer}.pub')
    return typed(PublicKey)(text)
