"""A service that exists, has its version and settings, and answers a query.

After another glibc or ICU its indexes find rows no more, since that sorts texts in another order. PostgreSQL (15 and
later) remembers with which version a database was sorted, and warns at every connection when it is another one.
Reindexing runs index expressions as their tables' owners, so no app's code runs as the superuser.
"""

import dataclasses
import re
from dataclasses import KW_ONLY, dataclass, field

from host.core.command import Command
from host.core.errors import HostError, UsageError
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import FOUND, claim, owner_of
from host.database import address, change, create, settings
from host.database.settings import Settings
from host.dokku.apps import require_dokku
from host.link.connections import share_connections
from host.postgres.psql import Psql, SqlError
from host.values.versions import is_older, major

_OPTION = re.compile(r"[a-z_.]+=[A-Za-z0-9._-]+")
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


@dataclass(frozen=True)
class EnsureDatabase(Command, noun="database", verb="ensure", lock="database.{service}"):
    """Create the database service, or give it the version and the settings of the stack file.

    A service that was here before keeps its settings unless --settings-declared, and every service keeps its version
    unless --version-declared.
    """

    service: str
    _: KW_ONLY
    version: str
    """PostgreSQL's, as in 18.4."""
    config: dict[str, str] = field(default_factory=dict)
    """PostgreSQL's own settings."""
    memory_mb: int | None = None
    """What the service's container may use, in MiB; None for no limit."""
    version_declared: bool = False
    settings_declared: bool = False

    def run(self, host: Host) -> None:
        """Converge: nothing is restarted where all is as declared."""
        declared = self._declared()
        claim(host, f"services/{self.service}")
        require_dokku(host)
        with host.lock(SERVICES_LOCK):
            create.ensure_exists(host, self.service, declared)
            wanted = self._wanted(host, declared)
            change.change(host, self.service, wanted)
            create.record_made(host, self.service)
            reindex_if_sorted_otherwise(host, self.service)
            share_connections(host, self.service)
        # A restart takes half a minute; commands for other services need not wait for it.
        address.restart_apps_if_moved(host, self.service)
        host.step(f"{self.service}: PostgreSQL {wanted.version} answers")

    def _declared(self) -> Settings:
        for name, value in self.config.items():
            # The plugin makes words of `docker run` out of them.
            if not _OPTION.fullmatch(f"{name}={value}"):
                raise UsageError(f"--config {name}={value}: letters, digits, dots, hyphens and underscores only")
        return Settings(self.version, settings.options_text(self.config), str(self.memory_mb or ""))

    def _wanted(self, host: Host, declared: Settings) -> Settings:
        """What the service should have after this run, by what it has. HostError for a version that it cannot get."""
        present = settings.read(host, self.service)
        version = self._version(host, present.version)
        owner = owner_of(host, f"services/{self.service}")
        if owner and owner.how == FOUND and not self.settings_declared:
            return dataclasses.replace(present, version=version)
        wanted = dataclasses.replace(declared, version=version, image=present.image)
        return wanted if wanted == present else settings.reserving(wanted)

    def _version(self, host: Host, running: str) -> str:
        service, wanted, is_other = self.service, self.version, major(running) != major(self.version)
        owner = owner_of(host, f"services/{service}")
        if is_other and (self.version_declared or not owner or owner.how == FOUND):
            raise HostError(
                f"{service} runs PostgreSQL {running} and the stack file says {wanted}, another major version; nothing "
                f'was changed. Write database.version: "{running}", and for a later one then: ./petbase '
                f"upgrade-database {wanted}"
            )
        if running != wanted and not self.version_declared:
            way = f"run: ./petbase upgrade-database {wanted}" if is_other else f'write database.version: "{wanted}"'
            host.step(f"{service}: PostgreSQL {running} stays; Petbase's default is {wanted}. To upgrade, {way}")
            return running
        if is_older(wanted, running):
            raise HostError(
                f"{service} runs PostgreSQL {running} and the stack file says {wanted}, which may not read its data; "
                f'nothing was changed. Write database.version: "{running}"'
            )
        return wanted


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
