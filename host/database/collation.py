"""Indexes after another glibc or ICU: it sorts texts in another order, so indexes of before find rows no more.

PostgreSQL (15 and later) remembers with which version a database was sorted, and warns at every connection when it is
another one. Reindexing runs index expressions as their tables' owners, so no app's code runs as the superuser.
"""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host
from host.postgres.psql import Psql, SqlError

_SORTED_OTHERWISE = r"""
SELECT current_setting('server_version_num')::int >= 150000 AS remembers \gset
\if :remembers
SELECT json_agg(json_build_array(datname, datcollversion, pg_database_collation_actual_version(oid)) ORDER BY datname)
  FROM pg_database WHERE datallowconn AND datcollversion <> pg_database_collation_actual_version(oid);
\endif
"""
_REINDEX = r"""
REINDEX DATABASE :"name";
SELECT format('ALTER COLLATION %I.%I REFRESH VERSION', nspname, collname)
  FROM pg_collation JOIN pg_namespace n ON n.oid = collnamespace
  WHERE collversion <> pg_collation_actual_version(pg_collation.oid) \gexec
ALTER DATABASE :"name" REFRESH COLLATION VERSION;
"""


def reindex_if_sorted_otherwise(host: Host, service: str) -> None:
    """Rebuild the indexes of each database whose collation version is not the image's; nothing to do otherwise."""
    for database, before, now in Psql(host, service, "postgres").json(_SORTED_OTHERWISE) or ():
        host.step(
            f"{service}: this image sorts texts by collation version {now}, and {database} was sorted by {before}; "
            "rebuilding its indexes, writes wait meanwhile"
        )
        try:
            Psql(host, service, database).execute(_REINDEX, name=database)
        except SqlError as problem:
            raise HostError(
                f"{service}: the indexes of {database} were not rebuilt ({problem.reason}), and queries may miss rows "
                "until they are. Run pulumi up again"
            ) from None
