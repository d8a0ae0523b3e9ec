"""A restored database's apps in the place of the live ones, one at a time, where the databases cannot change places.

They cannot where an app can neither be restored from the dump nor be copied as it is: it would lose what it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from host.archive.shares import RECORDS, SHARED
from host.archive.whose import SET_ASIDE
from host.core.errors import HostError
from host.dumps.container_file import ContainerFile
from host.loading.verdict import Verdict, keeps_its_place
from host.placing.newer_schemas import install_extensions, live_schemas
from host.placing.note import Note
from host.placing.one_role import exchange
from host.placing.restored import Restored
from host.postgres.grants import read_grants
from host.postgres.psql import Psql, database_name
from host.scratch.dump_schemas import WORK_FILE, dump_database
from host.values.text import printable

_OWNERS = """
SELECT COALESCE(json_object_agg(rolname, schemas), '{}') FROM (
  SELECT rolname, json_agg(nspname ORDER BY nspname) AS schemas FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner
    WHERE NOT rolsuper AND rolname !~ '^pg_' AND nspname !~ '^pg_' GROUP BY rolname ORDER BY rolname) AS owners
"""
_STAY = {SHARED.kind.value, RECORDS.kind.value}
_OF_NO_APP = """
SELECT COALESCE(json_agg(nspname ORDER BY nspname), '[]') FROM pg_namespace n JOIN pg_roles r ON r.oid = nspowner
  WHERE (rolsuper OR rolname ~ '^pg_') AND nspname !~ '^(pg_|information_schema$|petbase$|extensions$)' AND EXISTS (
    SELECT FROM (SELECT 'pg_class'::regclass AS catalog, oid, relnamespace AS home FROM pg_class
      UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc) AS thing
    WHERE home = n.oid AND NOT EXISTS (
      SELECT FROM pg_depend WHERE classid = catalog AND objid = thing.oid AND deptype = 'e'))
"""


def owners(psql: Psql) -> dict[str, list[str]]:
    """The schemas of each app's role in a database."""
    found: dict[str, list[str]] = psql.json(_OWNERS)
    return found


def exchange_each(psql: Psql, coming: Mapping[str, Sequence[str]], note: Note, verdicts: Sequence[Verdict]) -> Restored:
    """Put the schemas that are `coming` by role out of this database in the place of the live ones of the same roles.

    `verdicts` are of the load. What belongs to no app, and to an app that cannot change places, stays as it is.
    """
    host, service = psql.host, psql.service
    host.step(f"{service}: so the other apps change places one at a time, and what belongs to no app stays as it is")
    work = ContainerFile(host, service, WORK_FILE)
    old, stayed = list[str](), dict[str, Verdict]()
    try:
        dump_database(work, psql.database)
        install_extensions(host, service, psql.database, database_name(service))
        for role, schemas in coming.items():
            grants = read_grants(psql, schemas)
            try:
                old += exchange(work, schemas, replace(note, role=role), grants)[:1]
            except HostError as problem:
                host.step(f"{service}: {printable(role)} stays as it was: {problem}")
                stayed[printable(role)] = keeps_its_place(role, schemas, str(problem))
    finally:
        work.remove()
    came = {schema for role, schemas in coming.items() if printable(role) not in stayed for schema in schemas}
    kept = [one for one in live_schemas(host, service) if one not in came and not SET_ASIDE.fullmatch(one)]
    of_no_app = [one for one in psql.json(_OF_NO_APP) if not SET_ASIDE.fullmatch(one)]
    ended = [stayed.pop(one.name, one) for one in verdicts if one.name not in _STAY or not one.ok]
    ended += [*stayed.values(), *([_stays(of_no_app)] if of_no_app else [])]
    return Restored(tuple(old), verdicts=tuple(ended), kept=tuple(map(printable, kept)), one_by_one=True)


def _stays(schemas: Sequence[str]) -> Verdict:
    why = "it belongs to no app, and the apps changed places one at a time"
    return keeps_its_place(SHARED.kind.value, schemas, why)
