"""What a verified copy counts as, and which of them go."""

from datetime import UTC, datetime, timedelta

from host.drill.retention import counted, superfluous

NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)


def test_of_what_was_verified_seven_days_four_weeks_and_six_months_count() -> None:
    nightly = {f"{day:03}": NOW - timedelta(days=day) for day in range(400)}
    counts = counted(nightly)
    assert [name for name, kinds in counts.items() if "daily" in kinds] == [f"{day:03}" for day in range(7)]
    # 2026-11-22 is a Sunday, so the newest of each ISO week is a Sunday's; the newest of a month is its last day's.
    assert [name for name, kinds in counts.items() if "weekly" in kinds] == ["000", "007", "014", "021"]
    months = sorted(nightly[name].strftime("%m-%d") for name, kinds in counts.items() if "monthly" in kinds)
    assert months == ["06-30", "07-31", "08-31", "09-30", "10-31", "11-22"]
    assert counts["000"] == ("daily", "weekly", "monthly")


def test_of_one_day_the_newest_counts() -> None:
    made = {"early": NOW - timedelta(hours=2), "late": NOW}
    assert counted(made) == {"late": ("daily", "weekly", "monthly")}


def test_a_year_that_begins_within_a_week_does_not_split_it() -> None:
    made = {"wednesday": datetime(2025, 12, 31, tzinfo=UTC), "thursday": datetime(2026, 1, 1, tzinfo=UTC)}
    assert counted(made) == {"thursday": ("daily", "weekly", "monthly"), "wednesday": ("daily", "monthly")}


def test_what_counts_as_nothing_goes_oldest_first() -> None:
    made = {f"{hour:02}": NOW - timedelta(hours=hour) for hour in range(12)}
    assert superfluous(made) == [f"{hour:02}" for hour in range(11, 0, -1)]
    assert superfluous({}) == []
