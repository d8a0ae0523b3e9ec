"""A fact is a value or a reason, and never a secret."""

from pathlib import Path

from host.core.errors import HostError, ProgramError
from host.core.fact import Fact, fact
from host.core.host import Host


def _raises(problem: Exception) -> str:
    raise problem


def test_an_answer_is_a_value(tmp_path: Path) -> None:
    found = fact(Host("prod", root=tmp_path), lambda: "")
    assert (found, found.known, found.then(len)) == (Fact(""), True, Fact(0))
    assert found.among("", "x")
    assert not found.among("x")


def test_a_failure_is_a_reason_by_the_end_of_the_programs_own_words(tmp_path: Path) -> None:
    host = Host("prod", root=tmp_path)
    found = fact(host, lambda: _raises(ProgramError("dokku x failed", "one\n !     App a\t is sick\n\n !  too\n", 1)))
    assert found == Fact(reason="App a is sick too")
    assert (found.known, found.then(len)) == (False, Fact(reason="App a is sick too"))
    assert fact(host, lambda: _raises(HostError("it is sick"))) == Fact(reason="it is sick")
    assert fact(host, lambda: _raises(OSError("no disk"))) == Fact(reason="no disk")
    assert fact(host, lambda: _raises(KeyError("x"))) == Fact(reason="the answer is not known here (KeyError: 'x')")


def test_no_reason_shows_a_password(tmp_path: Path) -> None:
    host = Host("prod", root=tmp_path)
    host.out.hide("sesame")
    tail = "postgres://postgres:abc@db:5432/db refused sesame"
    assert fact(host, lambda: _raises(HostError("", tail))).reason == "postgres://***@db:5432/db refused ***"
