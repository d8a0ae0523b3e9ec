"""The watch over a service's dumps, settings, alarm and timers, as the stack file says; and its end."""

import json
from dataclasses import KW_ONLY, dataclass, field

from host.copy.ensure import forget_copy
from host.copy.settings import lock_name as copy_lock
from host.core import files
from host.core.command import Command
from host.core.errors import UsageError
from host.core.host import Host, scratch_lock
from host.core.ownership import claim
from host.dumps.bucket import Bucket
from host.dumps.image import ensure_image
from host.files.end import take_back
from host.files.settings import lock_name as files_lock
from host.server.machine import has_systemd
from host.watch import alarm
from host.watch.channels.channel import write_channels
from host.watch.settings import WatchSettings, folder, moment, write_settings
from host.watch.timers import Timers, stop_timers
from host.watch.units import Units, crontab_path


@dataclass(frozen=True)
class EnsureWatch(Command, noun="watch", verb="ensure", lock="watch.{service}"):
    """Check a service's dumps every 15 minutes, and restore the newest for practice as often as --drill says."""

    service: str
    _: KW_ONLY
    bucket: str
    endpoint: str
    schedule: str
    max_age: int
    """Seconds after which the newest dump is late."""
    prefix: str = ""
    drill: str = "weekly"
    paused: bool = False
    found: bool = False
    """Dumps are made as they were before Petbase: only their age and size are checked."""
    copies: bool = False
    """Copy what a drill verified to the second store, every hour."""
    app_files: bool = False
    """Files of apps are backed up."""
    hardened: bool = False
    """The server is to be as docs/server.md says."""
    keep_days: int = 0
    """The bucket's rules delete no dump before; 0 where Petbase makes none."""
    path: dict[str, str] = field(default_factory=dict)
    """What an app is asked for, by its name; / for those that are not here."""
    channel: dict[str, str] = field(default_factory=dict)
    """The kind of each channel that is told of problems, by its name."""

    secrets = ("alert_url", "channels")
    """The dead man's switch, "" for none; the channels' addresses by name, as one JSON object."""

    def run(self, host: Host) -> None:
        """Converge. While backups are paused no dump can be fresh, so the drill's timer is not there."""
        urls = self._urls(host)
        claim(host, f"services/{self.service}")
        if self.found:
            ensure_image(host)
        write_settings(host, self.service, self._settings(alarm=bool(host.secrets["alert_url"])))
        alarm.write_url(host, self.service, host.secrets["alert_url"])
        write_channels(host, self.service, self.channel, urls)
        self._take_back(host)
        self._note_beginning(host)
        units = Units(host.stack, self.service, self.drill, self.paused or self.found, self.copies, not self.found)
        with_systemd = has_systemd(host)
        if with_systemd:
            Timers(host, units).ensure()
        else:
            files.write_if_changed(host.path(crontab_path(self.service)), units.crontab())
        told = ", with an alarm" if host.secrets["alert_url"] else ""
        told += f", alerts to {', '.join(self.channel)}" if self.channel else ""
        host.step(f"{self.service}: {self._in_words()}{'' if with_systemd else ', by cron'}{told}")

    def _urls(self, host: Host) -> dict[str, str]:
        """The channels' addresses, hidden from here on."""
        urls: dict[str, str] = json.loads(host.secrets["channels"])
        host.out.hide(*urls.values())
        if sorted(urls) != sorted(self.channel):
            raise UsageError(
                f"watch ensure {self.service}: addresses of {' '.join(urls) or 'no channel'} came on standard input "
                f"instead of {' '.join(self.channel) or 'none'}; nothing was done. Run pulumi up again"
            )
        return urls

    def _settings(self, *, alarm: bool) -> WatchSettings:
        return WatchSettings(
            self.bucket, self.prefix, self.endpoint, self.schedule, self.max_age, self.drill, self.paused, self.path,
            self.found, self.copies, self.app_files, alarm, tuple(self.channel), self.hardened, self.keep_days,
        )  # fmt: skip

    def _take_back(self, host: Host) -> None:
        """What is not declared, and a run that was cut off may have left: Pulumi never knew of a first one."""
        if not self.copies:
            with host.lock(copy_lock(self.service)):
                forget_copy(host, self.service)
        if not self.app_files:
            with host.lock(files_lock(self.service)):
                take_back(host, Bucket(host, self.service, self.bucket, self.prefix, self.endpoint))

    def _note_beginning(self, host: Host) -> None:
        """Nothing is late that was due before this moment."""
        since = f"{folder(self.service)}/since"
        if self.paused:
            host.state.remove(since)
        elif not moment(host, self.service, "since"):
            host.state.write(since, at=int(host.now()))

    def _in_words(self) -> str:
        if self.paused:
            return "server and apps are checked every 15 minutes, dumps are not while backups are paused"
        if self.found:
            return "server, apps and the age of the dumps are checked every 15 minutes; none is read or test-restored"
        drill = "never test-restored" if self.drill == "never" else f"test-restored {self.drill}"
        copied = ", copied to a second store" if self.copies else ""
        return f"server, apps and dumps are checked every 15 minutes, {drill}{copied}"


@dataclass(frozen=True)
class RemoveWatch(Command, noun="watch", verb="remove", lock="watch.{service}"):
    """Stop checking a service's dumps, and forget what was found about them. The dumps stay."""

    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where it has gone already."""
        claim(host, f"services/{self.service}")
        stop_timers(host, self.service)
        # A drill by hand writes there until it ends.
        with host.lock(scratch_lock(self.service)):
            host.state.remove_all(folder(self.service))
