"""The hourly run: dumps in the first store and the drill do not depend on the second one."""

from contextlib import suppress
from dataclasses import asdict, dataclass

from host.copy.bring import Bring
from host.copy.settings import CopyStatus, folder, read_copied, read_settings, write_status
from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.write_probe import daily_refusal
from host.watch.settings import read_settings as read_watch


@dataclass(frozen=True)
class RunCopy(Command, noun="copy", verb="run"):
    """Copy the verified dumps of a service to the second store, and read each copy back."""

    service: str
    stdin = NONE

    # Without `lock=`, which is taken here: a full disk must be told, not stop the copy.
    def run(self, host: Host) -> None:
        """HostError, for the unit to fail, with what went wrong; the check tells of it."""
        settings = read_settings(host, self.service)
        first = read_watch(host, self.service).open(host, self.service)
        with host.lock(f"copy.{self.service}"):
            bring = Bring(host, first, settings.open(host, self.service), settings.keep_days)
            problem = host.out.masked(_brought(bring))
            copies = sorted(read_copied(host, self.service))
            status = CopyStatus(int(host.now()), problem, copies[-1] if copies else "", len(copies))
            with suppress(OSError):
                write_status(host, self.service, status)
            host.out.result(asdict(status))
            if problem:
                raise HostError(
                    f"verified dumps of {self.service} do not all reach the second store: {problem}. Try again: "
                    "./petbase copy"
                )
            host.step(f"{self.service}: verified dumps in the second store: {len(copies)}")


def _brought(bring: Bring) -> str:
    """What went wrong, in one sentence; "" for nothing."""
    try:
        problems = [problem] if (problem := bring.first.problem()) else bring.all() or _refused(bring.second)
    except (HostError, OSError) as error:
        problems = [str(error)]
    more = len(problems) - 1
    return problems[0] + (f" (and {more} more)" if more else "") if problems else ""


def _refused(second: Bucket) -> list[str]:
    """The next dump to copy may come in a week, and a key that lists may write no more."""
    reason = daily_refusal(second, f"{folder(second.service)}/written")
    return [f"{second.name} at {second.endpoint} takes nothing ({reason}); look at its key"] if reason else []
