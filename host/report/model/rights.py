"""What roles may do in the database beyond what Petbase gave them. Statements are PostgreSQL's own spelling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """Privileges of a role, "" for every role, on `count` things of a kind in a schema; `example` is one of them.

    `takes_back` are statements, to run in their order.
    """

    role: str
    privileges: tuple[str, ...]
    kind: str
    schema: str
    count: int
    example: str
    takes_back: tuple[str, ...]


@dataclass(frozen=True)
class Membership:
    """A role that has another one's rights. `may_add`: it may let others in too. `can_login`: somebody can log in as it
    or as a member of it. `mighty`: the group is a superuser.
    """

    role: str
    group: str
    may_add: bool
    can_login: bool
    mighty: bool
    takes_back: str


@dataclass(frozen=True)
class Ownership:
    """A role that owns what Petbase gives to another, `proper`: `count` things, `example` among them."""

    role: str
    count: int
    example: str
    proper: str
    takes_back: str


@dataclass(frozen=True)
class RightsReport:
    """All of them, in a service's own database and what its databases share."""

    grants: tuple[Grant, ...]
    memberships: tuple[Membership, ...]
    owners: tuple[Ownership, ...]
