"""What a load must leave alone, and what must leave it alone.

The whole service stays as it was: its roles, what they are and whose members, its other databases. Event triggers of
the database that a dump is loaded into have no say in what is made there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.postgres.psql import Psql, beside
from host.values.text import printable

# The throw-away database, and what is set for it, is this run's own: it may be there from a run that was cut.
# What an app may change of itself by its own login (its settings, its password) counts too: a load must not change it.
_STATE = """
SELECT json_build_object(
  'role', (SELECT json_object_agg(rolname, to_jsonb(a) - 'oid' - 'rolpassword'
      || jsonb_build_object('rolpassword', encode(sha256(convert_to(rolpassword, 'UTF8')), 'hex')))
    FROM pg_authid a WHERE NOT starts_with(rolname, 'petbase load ')),
  'members of', (SELECT COALESCE(json_object_agg(rolname, members), '{}') FROM (
    SELECT g.rolname, array_agg(m.rolname || CASE WHEN admin_option THEN ', who may add others' ELSE '' END
      ORDER BY m.rolname, admin_option) AS members
      FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member
      WHERE NOT starts_with(m.rolname, 'petbase load ') AND NOT starts_with(g.rolname, 'petbase load ')
      GROUP BY g.rolname) AS memberships),
  'settings of', (SELECT COALESCE(json_object_agg(COALESCE(rolname, 'all roles'), settings), '{}') FROM (
    SELECT rolname, array_agg(COALESCE(datname, '') || ' ' || setconfig::text ORDER BY datname) AS settings
      FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole LEFT JOIN pg_database d ON d.oid = setdatabase
      WHERE NOT starts_with(COALESCE(rolname, ''), 'petbase load ')
        AND NOT starts_with(COALESCE(datname, ''), 'petbase_') AND COALESCE(datname, '') <> :'into'
      GROUP BY rolname) AS set),
  'database', (SELECT json_object_agg(datname, json_build_array(datdba::regrole, datacl, datallowconn, datconnlimit))
    FROM pg_database WHERE NOT starts_with(datname, 'petbase_') AND datname <> :'into'))
"""
_PAUSE = r"""
SELECT COALESCE(json_agg(json_build_object('name', evtname, 'enabled', evtenabled)), '[]') FROM pg_event_trigger
  WHERE evtenabled <> 'D';
SELECT format('ALTER EVENT TRIGGER %I DISABLE', evtname) FROM pg_event_trigger WHERE evtenabled <> 'D' \gexec
"""
_RESUME = r"""
SELECT format('ALTER EVENT TRIGGER %I ENABLE %s', name, CASE enabled WHEN 'R' THEN 'REPLICA' WHEN 'A' THEN 'ALWAYS' END)
  FROM json_to_recordset(:'triggers') AS t (name text, enabled text) \gexec
"""


@contextmanager
def unchanged(host: Host, service: str, into: str) -> Iterator[None]:
    """HostError after a block in which anything of the service but the database `into` has changed."""
    before = _state(host, service, into)
    yield
    found = _changes(before, _state(host, service, into))
    if found:
        raise HostError(
            f"{service}: while the dump was loaded, this changed: {', '.join(found)}. Unless someone you know did it, "
            "something in the dump did: look at these roles before anything else, and at ./petbase doctor"
        )


def _state(host: Host, service: str, into: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = beside(host, service).json(_STATE, into=into)
    return found


def _changes(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    for kind, old in before.items():
        new = after[kind]
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                found.append(f"{kind} {printable(name)}{_details(old.get(name), new.get(name))}")
    return found


def _details(old: Any, new: Any) -> str:
    if old is None or new is None:
        return " (new)" if old is None else " (gone)"
    if not isinstance(old, dict):
        return ""
    names = [name.removeprefix("rol") for name in old if old[name] != new[name]]
    return f" ({', '.join(names)})"


@contextmanager
def paused(psql: Psql) -> Iterator[None]:
    """Switch them off for the length of a block. A database that is left in the middle of it is dropped anyway."""
    triggers = psql.json(_PAUSE)
    yield
    if triggers:
        psql.execute(_RESUME, triggers=triggers)
