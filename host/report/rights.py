"""Who may do what in the database that Petbase did not give: grants, memberships, and things of another owner."""

import json

from host.core.host import Host
from host.loading.loaders import PREFIX
from host.postgres.objects import OBJECTS
from host.postgres.psql import live
from host.report.model.database import RightsReport
from host.report.rights_sql import GRANTS
from host.values.json_values import from_json

# Since PostgreSQL 16 a membership is taken back from the role that gave it.
_MEMBERSHIPS = """
CREATE TEMPORARY VIEW memberships AS SELECT m.rolname AS role, g.rolname AS "group", admin_option AS may_add,
  EXISTS (SELECT FROM pg_roles l WHERE l.rolcanlogin AND NOT l.rolsuper AND pg_has_role(l.oid, m.oid, 'MEMBER'))
    AS can_login, g.rolsuper AS mighty,
  format('REVOKE %I FROM %I%s', g.rolname, m.rolname, CASE grantor WHEN 10 THEN '' ELSE COALESCE(
    ' GRANTED BY ' || quote_ident((SELECT rolname FROM pg_roles WHERE oid = grantor)), '') END) AS takes_back
FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member
WHERE NOT m.rolsuper AND NOT starts_with(g.rolname, 'pg_') AND NOT starts_with(m.rolname, 'pg_')
  AND NOT starts_with(m.rolname, :'loaders');
"""
# In the superuser's schemas an app owns nothing but what a restore put aside, in another app's nothing at all, and a
# schema of a role's name is that role's. Code that another app owns may lie in wait for the owner's rights.
_OWNERS = (
    OBJECTS
    + """
CREATE TEMPORARY VIEW owners AS
SELECT o.rolname AS role, count(*) AS count, min(type || ' ' || identity) AS example, 'postgres' AS proper,
  min(format('%s OWNER TO postgres', alter)) AS takes_back
  FROM pg_temp.objects JOIN pg_roles o ON o.oid = owner JOIN pg_namespace n ON n.oid = schema
  JOIN pg_roles s ON s.oid = nspowner
  WHERE takes_owner AND NOT o.rolsuper AND NOT starts_with(o.rolname, :'loaders')
  AND (s.rolsuper OR starts_with(s.rolname, 'pg_'))
  AND nspname !~ '. before [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$' GROUP BY o.rolname, nspname
UNION ALL SELECT o.rolname, count(*), min(type || ' ' || identity), s.rolname, min(
    CASE WHEN type IN ('function', 'procedure', 'aggregate', 'view') THEN 'DROP ' || substr(alter, 7)
    ELSE format('%s OWNER TO %I', alter, s.rolname) END)
  FROM pg_temp.objects JOIN pg_roles o ON o.oid = owner JOIN pg_namespace n ON n.oid = schema
  JOIN pg_roles s ON s.oid = nspowner
  WHERE takes_owner AND NOT o.rolsuper AND NOT starts_with(o.rolname, :'loaders') AND NOT s.rolsuper
  AND NOT starts_with(s.rolname, 'pg_') AND NOT pg_has_role(o.oid, s.oid, 'MEMBER') AND nspname <> o.rolname
  GROUP BY o.rolname, s.rolname
UNION ALL SELECT o.rolname, 1, format('schema %I', nspname), COALESCE(p.rolname, 'postgres'),
  format('ALTER SCHEMA %I OWNER TO %I', nspname, COALESCE(p.rolname, 'postgres'))
  FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner LEFT JOIN pg_roles p ON p.rolname = nspname
  WHERE NOT o.rolsuper AND o.rolname <> 'pg_database_owner' AND NOT starts_with(o.rolname, :'loaders')
  AND nspname <> o.rolname AND (p.oid IS NOT NULL OR nspname IN ('public', 'extensions', 'petbase'))
UNION ALL SELECT rolname, 1, format('database %I', datname), 'postgres',
  format('ALTER DATABASE %I OWNER TO postgres', datname)
  FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE NOT rolsuper
UNION ALL SELECT rolname, 1, format('function %s of the event trigger %I', evtfoid::regprocedure, evtname), 'postgres',
  format('DROP EVENT TRIGGER %I', evtname)
  FROM pg_event_trigger JOIN pg_proc p ON p.oid = evtfoid JOIN pg_roles r ON r.oid = proowner WHERE NOT rolsuper
UNION ALL SELECT rolname, 1, format('tablespace %I', spcname), 'postgres',
  format('ALTER TABLESPACE %I OWNER TO postgres', spcname)
  FROM pg_tablespace JOIN pg_roles r ON r.oid = spcowner WHERE NOT rolsuper;
"""
)
_REPORT = """
SELECT jsonb_build_object(
  'grants', (SELECT COALESCE(jsonb_agg(g ORDER BY role, kind, schema, example), '[]') FROM grants g),
  'memberships', (SELECT COALESCE(jsonb_agg(m ORDER BY role, "group"), '[]') FROM memberships m),
  'owners', (SELECT COALESCE(jsonb_agg(o ORDER BY role, example), '[]') FROM owners o));
"""
_QUESTION = GRANTS + _MEMBERSHIPS + _OWNERS + _REPORT


def report_rights(host: Host, service: str) -> RightsReport:
    """One session. SqlError where PostgreSQL does not answer."""
    links = [host.state.read(f"apps/{app}/links/{service}") or {} for app in host.state.names("apps")]
    apps = [link[name] for link in links for name in ("role", "schema") if link.get(name)]
    text = live(host, service).execute(_QUESTION, apps=apps, loaders=PREFIX)
    return from_json(RightsReport, json.loads(text), "rights")
