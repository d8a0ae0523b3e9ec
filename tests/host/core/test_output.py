"""What a client sees of what a tenant wrote: nothing that a terminal obeys."""

import io
import json

from host.core.errors import HostError
from host.core.output import Output


def printed(problem: HostError, *, as_json: bool = False) -> str:
    stream = io.StringIO()
    Output(stream, as_json=as_json).error(problem)
    return stream.getvalue()


def test_an_error_of_a_tenants_own_is_text_and_no_command_of_a_terminal() -> None:
    problem = HostError("fruits: \x1b[2J\u202eis\nas it was", "ERROR:  \x1b]0;title\x07\tgone\n")
    assert printed(problem) == "  ERROR:  ?]0;title?    gone\nfruits: ?[2J?is\nas it was\n"
    assert json.loads(printed(problem, as_json=True))["error"] == str(problem)


def test_dokkus_colors_are_left_out() -> None:
    """Seen on a real Dokku: its failures are red, also where no terminal is."""
    red = "\x1b[1m\x1b[31m !     \x1b[0m\x1b[0mFailure in name='healthz'\n"
    assert printed(HostError("dokku ps:restart two failed", red)) == (
        "   !     Failure in name='healthz'\ndokku ps:restart two failed\n"
    )


def test_a_step_is_one_too() -> None:
    stream = io.StringIO()
    Output(stream).step("restoring a\rb")
    assert stream.getvalue() == "restoring a?b\n"


def test_no_line_is_as_long_as_what_pulumi_never_reads_to_its_end() -> None:
    stream = io.StringIO()
    Output(stream).step("restoring " + "x" * 70_000)
    assert len(stream.getvalue()) == 4001
    assert len(printed(HostError("short\n" + "x" * 70_000, "y" * 70_000))) == 302 + 1 + 6 + 4001


def test_a_result_is_whole() -> None:
    stream = io.StringIO()
    Output(stream).result(["x" * 70_000])
    assert json.loads(stream.getvalue()) == ["x" * 70_000]
