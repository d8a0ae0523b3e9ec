"""Are the backups made and watched as they should be, by what the server has: schedule, bucket, timers, alert."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from components.config.values import cron
from host.check.status import WatchReport
from host.report.model.doctor import BucketReport, DoctorReport
from host.watch.limits import CHECK_IS_SILENT_SECONDS
from host.watch.timers import TimerReport
from operate.core import terminal
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.stack.outputs import Stack

_LATE = timedelta(seconds=CHECK_IS_SILENT_SECONDS)


def on_the_server(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """The schedule's line, the credentials that the server has, the timers, and whether alerts are sent."""
    spec, present = stack.backups, report.backups.schedule
    if present.value is None:
        yield unknown("schedule", present.reason)
        return
    if spec.paused:
        yield hint("schedule", "paused by the stack file: no dump is made", "backups.paused: false, and pulumi up")
        if present.value:
            yield drifted("schedule", f"the stack file says paused, the server has: {present.value}")
        yield from _watched(stack, report)
        return
    yield _schedule(stack, present.value)
    if spec.found:
        yield not_restored()
    else:
        yield _bucket(stack, report.backups.bucket)
    yield from _watched(stack, report)


def _schedule(stack: Stack, present: str) -> Finding:
    spec = stack.backups
    if present == f"{spec.schedule} dokku /usr/bin/dokku postgres:backup {stack.service} {spec.target}":
        return well("schedule", f"{cron.words(spec.schedule)} (UTC), to {spec.target}")
    says = f"the server has {present or 'none'}; the stack file says {spec.schedule} to {spec.target}"
    if spec.found:
        return hint("schedule", says, "write in the stack file what is there; backups.found leaves it alone")
    return drifted("schedule", says)


def _bucket(stack: Stack, bucket: BucketReport) -> Finding:
    """Whether the server's credentials read and write it. In another store than R2 a lock might hold what is written
    for a proof, so there nothing is.
    """
    opens = f"{stack.backups.bucket} opens with the server's credentials"
    if not bucket.opens.value:
        return drifted("bucket", f"does not open from the server: {bucket.opens.reason}")
    if bucket.writes is None:
        return well("bucket", f"{opens}; the health check proves each day that they write")
    if bucket.writes.value is None:
        says = f"opens from the server, but takes nothing: {bucket.writes.reason}"
        return bad("bucket", says, "./petbase rotate-token")
    if kept := bucket.writes.value.not_removed:
        return hint(
            "bucket",
            f"{opens}, but keeps petbase-{stack.service}.txt, the proof that they write: {kept}",
            "take the lock off that name; ours hold dumps and their copies only",
        )
    return well("bucket", f"{opens}, and takes what they write")


def _watched(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    watch = report.backups.watch
    for timer in watch.timers:
        if timer.kind == "drill" and (stack.backups.paused or stack.backups.found):
            continue
        if timer.kind == "drill" and stack.backups.drill == "never":
            never = "backups.drill is never: no dump is ever test-restored"
            yield hint("timer drill", never, "backups.drill: weekly")
        elif timer.kind != "copy" or stack.copy:
            yield _timer(stack, report, timer)
    if not watch.has_alarm:
        yield no_alert()


def not_restored() -> Finding:
    """Dumps that were found are watched from outside only."""
    says = "not known: Petbase does not make these dumps (backups.found), so it neither reads nor restores them"
    return hint("restore test", says, "take backups.found out of the stack file, and pulumi up (docs/adopting.md)")


def no_alert() -> Finding:
    """No alert was set up."""
    set_it = "./petbase secrets set alertUrl, and pulumi up"
    return hint("alert", "no one is alerted when the server is off", set_it)


def _timer(stack: Stack, report: DoctorReport, timer: TimerReport) -> Finding:
    about, watch = f"timer {timer.kind}", report.backups.watch
    often = {"check": "every 15 minutes", "copy": "every hour"}.get(timer.kind, stack.backups.drill)
    by = ", by cron" if watch.runs_by == "cron" else ""
    if timer.state != "active":
        return drifted(about, f"is {timer.state or 'not there'}; {often} is declared")
    if problems := _problems(report, timer):
        return bad(about, f"its last run failed: {problems}", _log(stack.service, watch, timer.kind))
    if timer.kind == "check" and (age := silence(watch, report.machine.now)):
        return bad(about, f"is active{by}, but its last word is {age} old", _restart(stack.service, watch))
    return well(about, f"active, {often}{by}")


def _problems(report: DoctorReport, timer: TimerReport) -> str:
    """Why the last run failed, by what it wrote down; systemd knows too that one failed, cron does not."""
    watch = report.backups.watch
    if timer.kind == "copy":
        copy = report.backups.copy
        told = bool(copy and copy.status and copy.status.problem)  # by dumps.py
        return "see its log" if timer.failed and not told else ""
    if timer.kind == "drill":
        return watch.drill_failure or ("see its log" if timer.failed else "")
    problems = "; ".join(watch.status.problems) if watch.status else ""
    return problems or ("see its log" if timer.failed else "")


def _log(service: str, watch: WatchReport, kind: str) -> str:
    if watch.runs_by == "cron":
        return f"./petbase ssh cat /run/petbase-{kind}-{service}.log"
    return f"./petbase ssh journalctl --unit petbase-{kind}-{service} --lines 30"


def _restart(service: str, watch: WatchReport) -> str:
    if watch.runs_by == "cron":
        return "is cron running? ./petbase ssh service cron start"
    return f"./petbase ssh systemctl restart petbase-check-{service}.timer"


def watched_since(watch: WatchReport) -> datetime | None:
    """Since when dumps are watched: what was due before that moment is not late."""
    return datetime.fromtimestamp(watch.since, UTC) if watch.since else None


def silence(watch: WatchReport, now: int) -> str:
    """How old the check's last word is, where that is too old; "" where there was none yet."""
    if watch.status is None:
        return ""
    at, here = datetime.fromisoformat(watch.status.at), datetime.fromtimestamp(now, UTC)
    return terminal.age(at, here) if here - at > _LATE else ""
