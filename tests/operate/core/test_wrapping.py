"""A command that is meant to be typed is on one line, whatever the width; everything else fits."""

import pytest

from operate.core.wrapping import lines

_DROP = "./petbase drop-data --stack prod 'db before 2026-11-30 07:05:18, by hand; twice'"
_PSQL = "./petbase psql --stack prod -c 'REVOKE EXECUTE ON ROUTINE public.f(a integer) FROM PUBLIC'"


def test_what_fits_is_as_it_was() -> None:
    assert lines(f"if you no longer need it: {_DROP}", 250) == [f"if you no longer need it: {_DROP}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"if you no longer need it: {_DROP}", ["if you no longer need it:", _DROP]),
        (f"{_PSQL}, or ALTER ROUTINE … OWNER TO another (docs/isolation.md)", [
            _PSQL, "or ALTER ROUTINE … OWNER TO another", "(docs/isolation.md)",
        ]),
        ("take backups.found out, and pulumi up (docs/adopting.md)", [
            "take backups.found out, and pulumi up", "(docs/adopting.md)",
        ]),
        ("./petbase doctor --repair, then: ./petbase ssh systemctl reload docker", [
            "./petbase doctor --repair, then:", "./petbase ssh systemctl reload docker",
        ]),
        ("the state is elsewhere. Log in as for pulumi up: pulumi login. It says: the token is missing", [
            "the state is elsewhere. Log in as for", "pulumi up: pulumi login. It says: the", "token is missing",
        ]),
        ("it is late; ./petbase doctor looks at everything, and at more than that", [
            "it is late; ./petbase doctor looks at", "everything, and at more than that",
        ]),
        ("see https://example.com/a/very/long/address/that/is/longer/than/this", [
            "see", "https://example.com/a/very/long/address/that/is/longer/than/this",
        ]),
    ],
)  # fmt: skip
def test_a_command_has_its_line_to_itself_where_it_does_not_fit(text: str, expected: list[str]) -> None:
    assert lines(text, 40) == expected


def test_later_lines_are_indented() -> None:
    assert lines("  one two three", 10, "    ") == ["  one two", "    three"]
