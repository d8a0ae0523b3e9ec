"""What a report says of the database service and of rights in it. Both ends of the connection use these types."""

from dataclasses import dataclass

from host.core.fact import Fact
from host.values.dump_locks import DumpLocks
from host.values.prepared_transactions import PreparedTransactions


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


@dataclass(frozen=True)
class RoleReport:
    """A role that is not PostgreSQL's own. `rights` are attributes such as SUPERUSER.

    `member_of` are PostgreSQL's predefined roles that it is a member of.
    """

    name: str
    can_login: bool
    rights: tuple[str, ...]
    member_of: tuple[str, ...]


@dataclass(frozen=True)
class SuperuserFunction:
    """A SECURITY DEFINER function of a superuser that other roles may call.

    `routine` and `grantees` are SQL, quoted by PostgreSQL.
    """

    routine: str
    callers: tuple[str, ...]
    grantees: tuple[str, ...]


@dataclass(frozen=True)
class IdleSession:
    """A session that has been idle in a transaction for a long time, so it may hold locks."""

    pid: int
    role: str
    seconds: int


@dataclass(frozen=True)
class CollationChange:
    """A database whose indexes were built with another version of the C library's collations, or of one `collation`
    that an app chose (of ICU, mostly), as SQL spells it.
    """

    database: str
    built_with: str
    provided: str
    collation: str = ""


@dataclass(frozen=True)
class ForeignObjects:
    """How many objects of a schema belong to `owners` and not to its role; `example` is one, as in `table fruits.t`."""

    schema: str
    count: int
    example: str
    owners: tuple[str, ...]


@dataclass(frozen=True)
class PostgresReport:
    """What PostgreSQL says of itself, in one session. `scratch` are throw-away databases of restores and drills.

    `limits` is the sum of what the roles of apps may open, `room` what is there for them. `notify_percent` is how
    full the queue of NOTIFY is.
    """

    version: str
    connections: int
    max_connections: int
    limits: int
    room: int
    notify_percent: int
    locks: DumpLocks
    roles: tuple[RoleReport, ...]
    superuser_functions: tuple[SuperuserFunction, ...]
    idle_sessions: tuple[IdleSession, ...]
    prepared_transactions: tuple[PreparedTransactions, ...]
    collation_changes: tuple[CollationChange, ...]
    scratch: tuple[str, ...]


@dataclass(frozen=True)
class DatabaseReport:
    """The service. `status` is Docker's word for its container, or `missing`; `exposed` its published port, or ""."""

    status: Fact[str]
    exposed: Fact[str]
    links: Fact[tuple[str, ...]]
    postgres: Fact[PostgresReport]
    foreign_objects: Fact[tuple[ForeignObjects, ...]]
    rights: Fact[RightsReport]
