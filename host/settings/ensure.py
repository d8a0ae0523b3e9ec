"""An app with the settings that the stack file names."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any

from host.app.restart import restart_if_owed
from host.bucket import record as buckets
from host.bucket.record import require_opens
from host.core.command import Command
from host.core.errors import UsageError
from host.core.host import Host
from host.core.ownership import claim
from host.dokku.apps import app_exists, require_app, require_dokku
from host.settings.converge import converge
from host.settings.table import AppSettings


@dataclass(frozen=True)
class EnsureSettings(AppSettings, Command, noun="settings", verb="ensure", lock="settings.{app}"):
    """Give an app its variables, ports, scale, checks, storage and limits, and restart it once if that is needed.

    What an earlier call named and this one does not is reset; what no call ever named is left alone.
    """

    secrets = ("variables",)

    app: str
    _: KW_ONLY
    link: str = ""
    """A digest of the app's link: one restart serves both, so a link that changes runs this too."""
    bucket: str = ""
    """The bucket that its key opens, as ACCOUNT/BUCKET/JURISDICTION. It is remembered when the app goes."""
    bucket_variable: tuple[str, ...] = ()
    """The names of its five variables, where they are not the usual ones (host/bucket/record.py)."""

    @classmethod
    def of_settings(
        cls, app: str, settings: AppSettings, *, link: str = "", bucket: str = "", bucket_variable: Sequence[str] = ()
    ) -> "EnsureSettings":
        """The command that gives an app these settings."""
        values: dict[str, Any] = {field.name: getattr(settings, field.name) for field in fields(AppSettings)}
        return cls(app, link=link, bucket=bucket, bucket_variable=tuple(bucket_variable), **values)

    def run(self, host: Host) -> None:
        """Nothing is sent to Dokku where all is as declared."""
        values = self._secret_values(host)
        claim(host, f"apps/{self.app}")
        require_dokku(host)
        require_app(host, self.app)
        if self.bucket:
            # First: what a key opens must be known, whatever becomes of the rest.
            buckets.remember(host, self.bucket, self.app)
            require_opens(host, self.app, {**self.env, **values}, self.bucket_variable)
        converge(host, self.app, self, values)
        restart_if_owed(host, self.app, "settings")

    def _secret_values(self, host: Host) -> Mapping[str, str]:
        """The secret variables: a JSON object on standard input."""
        values: dict[str, str] = json.loads(host.secrets["variables"])
        if sorted(values) != sorted(self.secret_env):
            raise UsageError(
                f"settings ensure {self.app}: {' '.join(values) or 'nothing'} came on standard input instead of "
                f"{' '.join(self.secret_env) or 'nothing'}; nothing was done. Run pulumi up again"
            )
        host.out.hide(*values.values())
        return values


@dataclass(frozen=True)
class RemoveSettings(Command, noun="settings", verb="remove", lock="settings.{app}"):
    """Reset what `settings ensure` set, and restart the app once if that is needed."""

    app: str

    def run(self, host: Host) -> None:
        """Nothing to do where the app has gone."""
        claim(host, f"apps/{self.app}")
        require_dokku(host)
        if app_exists(host, self.app):
            converge(host, self.app, AppSettings(), {})
            restart_if_owed(host, self.app, "settings", must_start=False)
