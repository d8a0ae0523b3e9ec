"""Extensions in an app's schemas, while these change places with new ones: an extension is in a database once.

Only its owner may move one, which is the superuser as a rule, and nothing in the session of an exchange is the
superuser's. So a function of the superuser's does these moves and no others, and only that session may call it.
"""

from collections.abc import Sequence

from host.core.errors import HostError
from host.postgres.psql import Psql

_BOUND = """
SELECT extname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
  WHERE NOT extrelocatable AND nspname IN (SELECT json_array_elements_text(:'schemas')) ORDER BY 1
"""
# Its script runs as the superuser, so one that is missing is made where no app has put anything to trip over.
_PREPARE = r"""
CREATE SCHEMA IF NOT EXISTS petbase;
SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA petbase', name)
  FROM json_to_recordset(:'wanted') AS w (name text) JOIN pg_available_extensions USING (name) \gexec
SELECT format('CREATE OR REPLACE FUNCTION petbase.move_extensions() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog AS %L', string_agg(format('ALTER EXTENSION %I SET SCHEMA %I', extname, home), '; '))
  FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
  LEFT JOIN json_to_recordset(:'wanted') AS w (name text, schema text) ON name = extname
  CROSS JOIN LATERAL COALESCE(w.schema, nspname) AS home
  WHERE home IN (SELECT json_array_elements_text(:'new'))
  AND (nspname = 'petbase' OR nspname IN (SELECT json_array_elements_text(:'old'))) HAVING count(*) > 0 \gexec
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', move), format('GRANT EXECUTE ON FUNCTION %s TO %I', move,
    :'loader'), format('GRANT USAGE ON SCHEMA petbase TO %I', :'loader')
  FROM to_regprocedure('petbase.move_extensions()') AS move WHERE move IS NOT NULL \gexec
"""
MOVE_EXTENSIONS = r"""
SELECT 'SELECT petbase.move_extensions()' WHERE has_schema_privilege('petbase', 'USAGE') \gexec
"""
"""In the session of an exchange, between the old schemas and the new."""
_FORGET = r"""
SET client_min_messages = warning;
DROP FUNCTION IF EXISTS petbase.move_extensions();
SELECT format('DROP EXTENSION %I', extname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
  WHERE nspname = 'petbase' \gexec
"""


def require_movable(psql: Psql, schemas: Sequence[str]) -> None:
    """HostError where one of these schemas has an extension that cannot leave it."""
    if bound := psql.column(_BOUND, schemas=list(schemas)):
        raise HostError(
            f"the extension {', '.join(bound)} cannot leave the schema that it is in, which is one of "
            f"{', '.join(schemas)}. Restore the whole database"
        )


def prepare(psql: Psql, loader: str, old: Sequence[str], new: Sequence[str], wanted: Sequence[tuple[str, str]]) -> None:
    """Let `loader` move what is in `old` schemas to the `new` ones, and what the dump has there: `wanted`."""
    extensions = [{"name": name, "schema": schema} for name, schema in wanted]
    psql.execute(_PREPARE, loader=loader, old=list(old), new=list(new), wanted=extensions)


def forget(psql: Psql) -> None:
    """Take that back. What was made for nothing goes."""
    psql.execute(_FORGET)
