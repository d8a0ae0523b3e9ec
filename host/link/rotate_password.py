"""A new password for an app's role."""

from dataclasses import dataclass, replace

from host.app.restart import owe_restart
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.dokku import config
from host.link import variables
from host.link.linker import Linker, require_link
from host.link.record import LinkCommand
from host.postgres.locks import execute_soon
from host.postgres.psql import Psql

_CHANGE = """
ALTER ROLE :"app" PASSWORD :'password';
SELECT clock_timestamp();
"""
_END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = :'app' AND backend_start < :'since'
"""


@dataclass(frozen=True)
class RotatePassword(LinkCommand, noun="link", verb="rotate-password"):
    """Give an app's role a new password, restart the app, and end every session that came in with the old one."""

    def run(self, host: Host) -> None:
        """A password is asked for at login only, so sessions that logged in with the old one are ended."""
        require_link(host, self.app, self.service)
        psql = Psql(host, self.service)
        with host.lock(SERVICES_LOCK):
            since = self._change(host, psql)
        Linker(host, self).ensure()
        psql.execute(_END_SESSIONS, app=self.app, since=since)
        host.step(f"{self.app}: the old password opens nothing any more")

    def _change(self, host: Host, psql: Psql) -> str:
        """The URL first: cut off in between, the next `link ensure` gives the role the password that the URL has, and
        makes up for the restart.
        """
        superuser = variables.require_superuser_url(host, self.service)
        current = variables.current_url(host, self.app)
        if current is None or not variables.is_own(current, self.app, superuser):
            raise HostError(
                f"the DATABASE_URL of {self.app} does not use the app's own role, so there is no password to change; "
                f"./petbase isolate {self.app} gives it one"
            )
        password = variables.new_password(host)
        host.step(f"{self.app}: a new password")
        owe_restart(host, self.app)
        config.put(host, self.app, {variables.DATABASE_URL: str(replace(current, password=password))})
        return execute_soon(psql, _CHANGE, app=self.app, password=password).strip()
