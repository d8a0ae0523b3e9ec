"""What systemctl shows: `status`, `show`, `list-timers`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.host.systemd import daemons, journal, service, timers, units

_UNITS = (("y", 31536000), ("month", 2592000), ("w", 604800), ("day", 86400), ("h", 3600), ("min", 60), ("s", 1))


def moment(at: datetime | None) -> str:
    """`Sun 2026-11-22 19:15:00 UTC`"""
    return f"{at:%a %Y-%m-%d %H:%M:%S} UTC" if at else ""


def span(length: timedelta) -> str:
    """`3min 20s`, at most two parts."""
    left, parts = max(int(length.total_seconds()), 0), []
    for name, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{name}{'s' if name in ('day', 'month') and count > 1 else ''}".replace("d", " d", 1))
    return " ".join(parts[:2]) or "0"


def state(name: str) -> tuple[str, str]:
    """ActiveState and SubState."""
    if daemons.known(name):
        return "active", "running"
    if name.endswith(".timer"):
        return ("active", "waiting") if timers.active(name) else ("inactive", "dead")
    found = service.last(name)["state"]
    return found, {"active": "exited", "activating": "start", "failed": "failed"}.get(found, "dead")


def properties(name: str) -> dict[str, str]:
    """The properties that `show` knows."""
    there = units.exists(name)
    values = {"Id": name, "LoadState": "loaded" if there else "not-found"}
    values["ActiveState"], values["SubState"] = state(name) if there else ("inactive", "dead")
    values |= {"UnitFileState": units.enabled(name), "NeedDaemonReload": _word(units.changed_on_disk(name))}
    if not there:
        return values
    values |= {"Description": units.load(name).description, "FragmentPath": str(units.SYSTEM / name)}
    if name.endswith(".timer"):
        timer = timers.active(name)
        values |= {
            "Triggers": units.load(name).triggers,
            "Persistent": _word(units.load(name).yes("Timer", "Persistent")),
        }
        values |= {"NextElapseUSecRealtime": moment(timer.next() if timer else None)}
        return values | {"LastTriggerUSec": moment(timer.last if timer else None) or "n/a"}
    last = service.last(name)
    times = {"ExecMainStartTimestamp": last.get("started"), "ExecMainExitTimestamp": last.get("ended")}
    values |= {key: moment(datetime.fromtimestamp(at, UTC) if at else None) for key, at in times.items()}
    return values | {"Result": last["result"], "ExecMainStatus": str(last.get("status", 0))}


def _word(value: bool) -> str:
    return "yes" if value else "no"


def status(name: str) -> str:
    """The block that `systemctl status` prints."""
    unit, (active, sub), now = units.load(name), state(name), datetime.now(UTC)
    mark = {"failed": "\u00d7", "active": "●", "activating": "●"}.get(active, "○")
    lines = [f"{mark} {name} - {unit.description}"]
    known = units.enabled(name)
    preset = "; preset: enabled" if known in ("enabled", "disabled") else ""
    lines.append(f"     Loaded: loaded ({units.SYSTEM / name}; {known}{preset})")
    lines += (_of_timer if name.endswith(".timer") else _of_service)(name, f"{active} ({sub})", now)
    rows = [journal.short(match) for match in journal.of(name)[-10:]]
    return "\n".join([*lines, *(["", *rows] if rows else [])]) + "\n"


def _of_timer(name: str, active: str, now: datetime) -> list[str]:
    timer = timers.active(name)
    lines = [
        f"     Active: {active}" + (f" since {moment(timer.since)}; {span(now - timer.since)} ago" if timer else "")
    ]
    following = timer.next() if timer else None
    lines.append(f"    Trigger: {moment(following)}; {span(following - now)} left" if following else "    Trigger: n/a")
    return [*lines, f"   Triggers: ● {units.load(name).triggers}"]


def _of_service(name: str, active: str, now: datetime) -> list[str]:
    last = service.last(name)
    how = f" (Result: {last['result']})" if last["state"] == "failed" else ""
    if "started" not in last:
        return [f"     Active: {active}"]
    at = datetime.fromtimestamp(last.get("ended", last["started"]), UTC)
    lines = [f"     Active: {active}{how} since {moment(at)}; {span(now - at)} ago"]
    if last["state"] == "activating":
        return [*lines, f"   Main PID: {last['pid']}"]
    end = "0/SUCCESS" if last["result"] == "success" else f"{last['status']}/FAILURE"
    return [*lines, f"   Main PID: {last['pid']} (code=exited, status={end})"]


def list_timers(*, legend: bool, as_json: bool) -> str:
    """The active timers, the next one first."""
    now = datetime.now(UTC)
    rows = sorted((timer.next() or datetime.max.replace(tzinfo=UTC), timer) for timer in timers.all_active())
    if as_json:
        return json.dumps([_json(at, timer) for at, timer in rows]) + "\n"
    table = [["NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES"]] if legend and rows else []
    for at, timer in rows:
        gone = [moment(timer.last), f"{span(now - timer.last)} ago"] if timer.last else ["n/a", "n/a"]
        table.append([moment(at), f"{span(at - now)} left", *gone, timer.unit.name, timer.unit.triggers])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    pad: Callable[[list[str]], str] = lambda row: " ".join(map(str.ljust, row, widths)).rstrip()  # noqa: E731
    text = "".join(f"{pad(row)}\n" for row in table)
    end = "\nPass --all to see loaded but inactive timers, too.\n"
    return text + (f"\n{len(rows)} timers listed.{end}" if legend else "")


def _json(at: datetime, timer: timers.Timer) -> dict[str, object]:
    last = int(timer.last.timestamp() * 1_000_000) if timer.last else 0
    times = {"next": int(at.timestamp() * 1_000_000), "left": 0, "last": last, "passed": 0}
    return {**times, "unit": timer.unit.name, "activates": timer.unit.triggers}
