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


def test_a_step_is_one_too() -> None:
    stream = io.StringIO()
    Output(stream).step("restoring a\rb")
    assert stream.getvalue() == "restoring a?b\n"
