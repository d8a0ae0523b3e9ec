"""Times as people write them and as they are shown: theirs, and UTC beside it, since dumps are named by that."""

from datetime import UTC, datetime

from operate.core.errors import RefusedError

_EXAMPLE = '"2026-11-21 18:30" (local) or "2026-11-21 17:30Z" (UTC)'


def parse(text: str) -> datetime:
    """A date with a time, in the caller's time zone unless it names one. RefusedError for anything else."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise RefusedError(f'--at: cannot read "{text}" as a time. Use {_EXAMPLE}.') from None
    if ":" not in text:
        raise RefusedError(f'--at: "{text}" has no time of day. Use {_EXAMPLE}.')
    return found.astimezone(UTC)


def with_local_time(moment: datetime) -> str:
    """`2026-11-21 18:30:00 CET (17:30:00 UTC)`, or UTC alone where that is the caller's time."""
    local, utc = moment.astimezone(), moment.astimezone(UTC)
    if local.utcoffset() == utc.utcoffset():
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    there = f"{utc:%H:%M:%S}" if utc.date() == local.date() else f"{utc:%Y-%m-%d %H:%M:%S}"
    return f"{local:%Y-%m-%d %H:%M:%S %Z} ({there} UTC)"
