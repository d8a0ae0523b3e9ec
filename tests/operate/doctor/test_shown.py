"""Findings on a terminal: everything fits in 80 columns, and a pipe gets whole lines."""

import sys
from collections.abc import Sequence

import pytest

from operate.doctor.findings import Finding, bad, hint, well
from operate.doctor.shown import show

_REPAIR = "./petbase ssh --stack prod dokku ps:start fruits; why: ./petbase logs --stack prod fruits"
FOUND: list[Finding] = [
    well("server", "203.0.113.10, port 22, shows the stack's host key"),
    hint(
        "database db before 2026-11-30 07:05:18",
        "what a restore replaced 9 days ago, 7.8 MB",
        "if you no longer need it: x",
    ),
    bad("app fruits", "does not run; https://fruits.example.com, deployed 3 days ago, and much more is said", _REPAIR),
    well("function public.f(\x1b[2J)", "runs"),
]


def shown(capsys: pytest.CaptureFixture[str], found: Sequence[Finding] = FOUND) -> list[str]:
    show(found)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_a_pipe_gets_whole_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys) == [
        "✓  server      203.0.113.10, port 22, shows the stack's host key",
        "!  database db before 2026-11-30 07:05:18",
        "               what a restore replaced 9 days ago, 7.8 MB",
        "   -> if you no longer need it: x",
        "✗  app fruits  does not run; https://fruits.example.com, deployed 3 days ago, and much more is said",
        f"   -> {_REPAIR}",
        "✓  function public.f(\\x1b[2J)",
        "               runs",
    ]


def test_in_a_terminal_of_80_columns_only_a_command_may_be_longer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    drop = "./petbase psql --stack prod -c 'ALTER ROLE \"fruits of the forest\" NOBYPASSRLS NOCREATEDB'"
    found = [*FOUND, hint("role plum", "has a right", f"unless you gave it: {drop}")]
    lines = shown(capsys, found)
    assert [line.strip() for line in lines if len(line) > 80] == [drop]
    assert lines[4:8] == [
        "✗  app fruits  does not run; https://fruits.example.com, deployed 3 days ago,",
        "               and much more is said",
        "   -> ./petbase ssh --stack prod dokku ps:start fruits",
        "      why: ./petbase logs --stack prod fruits",
    ]
