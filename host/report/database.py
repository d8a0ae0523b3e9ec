"""The database service: its container, who is linked to it, what PostgreSQL says of itself, whose objects are."""

import json
from concurrent.futures import ThreadPoolExecutor

from host.core import files
from host.core.errors import HostError
from host.core.fact import Fact, fact
from host.core.host import Host
from host.dokku import services
from host.dokku.containers import Container
from host.loading.loaders import PREFIX
from host.postgres.objects import OBJECTS
from host.postgres.owners import STRAYS
from host.postgres.psql import container, live
from host.report.collations import COLLATION_CHANGES
from host.report.model.database import DatabaseReport, ForeignObjects, PostgresReport
from host.report.rights import report_rights
from host.scratch.database import DRILLED, RESTORED, SCHEMA_ONLY
from host.values.connections import RESERVED, ROOM
from host.values.dump_locks import DUMP_LOCKS
from host.values.json_values import from_json
from host.values.prepared_transactions import PREPARED_TRANSACTIONS
from host.watch.limits import IDLE_SECONDS

SCRATCH = (RESTORED, DRILLED, SCHEMA_ONLY)
"""Throw-away databases."""
# Each answer is one line of JSON, so names with line breaks and tabs are safe. Oid 10 is the superuser of initdb.
_REPORT = (
    """
SELECT jsonb_build_object(
  'locks', """
    + DUMP_LOCKS
    + """,
  'version', split_part(current_setting('server_version'), ' ', 1),
  'notify_percent', round(pg_notification_queue_usage() * 100)::int,
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'max_connections', current_setting('max_connections')::int,
  'limits', (SELECT COALESCE(sum(rolconnlimit), 0) FROM pg_roles
    WHERE rolcanlogin AND NOT rolsuper AND rolconnlimit > 0),
  'room', """
    + ROOM
    + """,
  'scratch', (SELECT COALESCE(jsonb_agg(datname ORDER BY datname), '[]') FROM pg_database
    WHERE datname = ANY (ARRAY(SELECT json_array_elements_text(:'scratch')))),
  'roles', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
      'name', rolname, 'can_login', rolcanlogin,
      'rights', array_remove(ARRAY[
        CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
        CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL),
      'member_of', ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
        WHERE m.member = r.oid AND starts_with(g.rolname, 'pg_') ORDER BY 1)
    ) ORDER BY rolname), '[]') FROM pg_roles r WHERE NOT starts_with(rolname, 'pg_') AND oid <> 10),
  'superuser_functions', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
      'routine', p.oid::regprocedure::text, 'callers', callers, 'grantees', grantees
    ) ORDER BY p.oid::regprocedure::text), '[]')
    FROM pg_proc p JOIN pg_roles o ON o.oid = proowner
    CROSS JOIN LATERAL (
      SELECT array_agg(rolname::text ORDER BY rolname) AS callers, array_agg(oid) AS oids FROM pg_roles r
      WHERE rolcanlogin AND NOT rolsuper AND NOT starts_with(rolname, :'loaders')
        AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND has_schema_privilege(r.oid, pronamespace, 'USAGE')) may
    CROSS JOIN LATERAL (
      SELECT array_agg(CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
        ORDER BY grantee) AS grantees
      FROM aclexplode(COALESCE(proacl, acldefault('f', proowner)))
      WHERE grantee = 0 OR EXISTS (SELECT FROM unnest(oids) AS caller WHERE pg_has_role(caller, grantee, 'USAGE'))) by
    WHERE prosecdef AND o.rolsuper AND callers IS NOT NULL AND p.oid >= 16384 AND prorettype <> 'event_trigger'::regtype
      AND NOT EXISTS (SELECT FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')),
  'prepared_transactions', """
    + PREPARED_TRANSACTIONS
    + """,
  'idle_sessions', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
      'pid', pid, 'role', COALESCE(usename, ''), 'seconds', extract(epoch FROM now() - state_change)::int
    ) ORDER BY state_change), '[]') FROM pg_stat_activity
    WHERE starts_with(state, 'idle in transaction') AND state_change < now() - make_interval(secs => :'idle_seconds')));
"""
    + COLLATION_CHANGES
)
_FOREIGN = (
    OBJECTS
    + """
SELECT COALESCE(jsonb_agg(jsonb_build_object('schema', schema_name, 'count', count, 'example', example,
  'owners', owners) ORDER BY schema_name), '[]') FROM (
  SELECT schema_name, count(*) AS count, min(type || ' ' || identity) AS example,
    array_agg(DISTINCT pg_get_userbyid(owner)) AS owners"""
    + STRAYS
    + """ GROUP BY 1) AS found;
"""
)
_PORT = 5432
_MISSING = "missing"


def report_postgres(host: Host, service: str) -> PostgresReport:
    """One session. SqlError where PostgreSQL does not answer, ValueError for an answer that is not a report."""
    text = live(host, service).execute(
        _REPORT, scratch=SCRATCH, idle_seconds=IDLE_SECONDS, loaders=PREFIX, reserved=RESERVED
    )
    # Not splitlines: a name may hold what Python takes for a line break and JSON does not escape.
    found, collations = map(json.loads, text.removesuffix("\n").split("\n"))
    return from_json(PostgresReport, {**found, "collation_changes": collations}, "postgres")


def foreign_objects(host: Host, service: str) -> tuple[ForeignObjects, ...]:
    """By schema, what host/postgres/owners.py would give back. SqlError where PostgreSQL does not answer."""
    text = live(host, service).execute(_FOREIGN)
    return from_json(tuple[ForeignObjects, ...], json.loads(text), "owners")


def report_database(host: Host, service: str, containers: Fact[tuple[Container, ...]]) -> DatabaseReport:
    """Everything about the service, from the plugin's own files where it only prints those."""
    folder = services.folder(host, service)
    with ThreadPoolExecutor(3) as pool:
        postgres = pool.submit(fact, host, lambda: report_postgres(host, service))
        foreign = pool.submit(fact, host, lambda: foreign_objects(host, service))
        rights = pool.submit(fact, host, lambda: report_rights(host, service))
    return DatabaseReport(
        status=service_status(service, containers),
        exposed=fact(host, lambda: _exposed(files.read(folder / "PORT"))),
        links=fact(host, lambda: _links(host, service)),
        postgres=postgres.result(),
        foreign_objects=foreign.result(),
        rights=rights.result(),
    )


def service_status(service: str, containers: Fact[tuple[Container, ...]]) -> Fact[str]:
    """Docker's word for the service's container, or `missing`."""
    name = container(service)
    return containers.then(lambda found: next((one.state for one in found if one.name == name), _MISSING))


def _links(host: Host, service: str) -> tuple[str, ...]:
    folder = services.folder(host, service)
    if not folder.exists():
        raise HostError(f"the database {service} is not on this server. Look at: dokku postgres:list")
    return tuple(files.read(folder / "LINKS").split())


def _exposed(ports: str) -> str:
    """As `postgres:info --exposed-ports` has it, such as 5432->15432; "" where it is not exposed."""
    return f"{_PORT}->{ports.split(maxsplit=1)[0]}" if ports.split() else ""
