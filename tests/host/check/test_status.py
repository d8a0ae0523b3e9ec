"""What the doctor is told of the watch, with systemd and without it."""

from host.backup.watch import EnsureWatch
from host.check.status import report_watch
from host.core.host import Host
from host.programs.runner import Answer
from host.watch.timers import TimerReport
from tests.host.recorder import RecordedRunner, Recorder

ENSURE = EnsureWatch("db", bucket="b", endpoint="https://store", schedule="0 3 * * *", max_age=90_000, drill="never")


def host(server: Recorder, **answers: str | Answer) -> Host:
    runner = RecordedRunner({name.replace("_", " "): answer for name, answer in answers.items()})
    return Host("prod", runner, root=server.root, now=lambda: server.now)


def test_where_cron_does_it_the_report_says_so(server: Recorder) -> None:
    server.run(ENSURE, secrets={"alert_url": "https://hc-ping.com/0123", "channels": "{}"})
    found = report_watch(host(server), "db")
    assert (found.runs_by, found.has_alarm, found.since, found.status) == ("cron", True, int(server.now), None)
    assert found.timers == (TimerReport("check", "active", failed=False), TimerReport("drill", "", failed=False))


def test_where_systemd_does_it_a_failed_run_shows(server: Recorder) -> None:
    server.file("/run/systemd/system").mkdir(parents=True)
    server.put("/var/lib/petbase/services/db/watch/drill-failed.json", '{"text": "the drill of x failed"}')
    found = report_watch(
        host(server, systemctl="inactive\n", **{"systemctl is-failed petbase-drill-db.service": "failed\n"}), "db"
    )
    assert found.timers == (
        TimerReport("check", "inactive", failed=False),
        TimerReport("drill", "inactive", failed=True),
    )
    assert (found.runs_by, found.has_alarm, found.drill_failure) == ("systemd", False, "the drill of x failed")
