"""`check test-alarm`: everybody who would be told hears a test."""

from dataclasses import dataclass

from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.watch import alarm
from host.watch.channels.deliver import send_test

_SWITCH = "petbase:alertUrl"


@dataclass(frozen=True)
class TryAlarm(Command, noun="check", verb="test-alarm"):
    """Send a failure to the dead man's switch, which the next check clears, and a test to each channel."""

    service: str
    stdin = NONE

    def run(self, host: Host) -> None:
        """Who was reached, as a list. HostError where no alert is set up, or where one did not arrive."""
        reasons = send_test(host, self.service)
        if alarm.read_url(host, self.service):
            text = f"{self.service}: a test of the alarm, by ./petbase alert --test\n"
            reasons[_SWITCH] = alarm.tell(host, self.service, text, failing=True)
        if not reasons:
            raise HostError(
                "petbase:alertUrl is not set and there are no alerts, so no one is alerted. Set it: "
                "./petbase secrets set alertUrl, and pulumi up"
            )
        host.out.result([who for who, reason in reasons.items() if not reason])
        unheard = [reason if who == _SWITCH else f"{who}: {reason}" for who, reason in reasons.items() if reason]
        if unheard:
            raise HostError("\n".join(unheard))
