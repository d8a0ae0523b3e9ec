"""What must be so before an app gets its role."""

from collections.abc import Sequence

from host.core.errors import HostError
from host.postgres.psql import Psql

_MISSING_EXTENSIONS = """
SELECT name FROM json_array_elements_text(:'extensions') AS name
  WHERE name NOT IN (SELECT name FROM pg_available_extensions) ORDER BY name
"""
_TAKEN = """
SELECT COALESCE(json_agg(json_build_object('schema', nspname, 'role', rolname)), '[]')
FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner
WHERE nspname IN (SELECT json_array_elements_text(:'schemas')) AND NOT rolsuper AND rolname <> nspname
"""


def require_schemas(psql: Psql, app: str, schemas: Sequence[str]) -> None:
    """HostError where another role owns one of these schemas: an app may have made one of that name for itself."""
    for taken in psql.json(_TAKEN, schemas=schemas) or ():
        raise HostError(
            f"the schema {taken['schema']} in {psql.service} belongs to the role {taken['role']}, so {app} cannot use "
            f"it; nothing was changed. Write another schema under apps.{app}, or have it renamed first: ./petbase psql "
            f"--command 'ALTER SCHEMA \"{taken['schema']}\" RENAME TO …'"
        )


def require_extensions(psql: Psql, app: str, extensions: Sequence[str]) -> None:
    """HostError where the server lacks one of these extensions."""
    missing = psql.column(_MISSING_EXTENSIONS, extensions=extensions) if extensions else []
    if missing:
        raise HostError(
            f"the PostgreSQL of {psql.service} has no extension {', '.join(missing)}; nothing was changed. Take it out "
            f"of apps.{app}.extensions"
        )
