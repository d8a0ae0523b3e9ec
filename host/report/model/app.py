"""What a report says of an app. Both ends of the connection use these types."""

from dataclasses import dataclass
from typing import Literal

from host.app.dokku_files import Gap
from host.core.fact import Fact

Running = Literal["all", "some", "none"]


@dataclass(frozen=True)
class Certificate:
    """The certificate that an app shows. `ends` is in seconds of the epoch; None where the app has none."""

    ends: int | None


@dataclass(frozen=True)
class DatabaseUrl:
    """What an app's DATABASE_URL means. All parts are empty where it is not the URL of a PostgreSQL.

    `opens` is false where the role has another password.
    """

    is_set: bool
    role: str = ""
    host: str = ""
    database: str = ""
    opens: bool = True


@dataclass(frozen=True)
class AppReport:
    """An app. `found`: it was on the server before Petbase. `running`: how many of its processes run. `gap`: what is
    missing of Dokku's files about it.

    `variables` are names alone; `differing` those whose value is not the declared one. `settings` are the words of each
    kind of setting that the stack file sets.
    """

    name: str
    found: bool
    deployed: Fact[bool]
    running: Fact[Running]
    gap: Fact[Gap]
    domains: Fact[tuple[str, ...]]
    certificate: Fact[Certificate]
    database_url: Fact[DatabaseUrl]
    variables: Fact[tuple[str, ...]]
    differing: Fact[tuple[str, ...]]
    settings: dict[str, Fact[tuple[str, ...]]]


@dataclass(frozen=True)
class UndeclaredApp:
    """An app of the server that the stack does not have.

    `owner` is the stack that has it, "" for none; `services` are the database services that it is linked to.
    """

    name: str
    owner: str
    services: tuple[str, ...]
