"""The data from before an upgrade goes: only what an upgrade of this stack left, and never what is in use."""

import pytest

from host.upgrade.report import DropOld
from tests.host.database.service import owner, put_owner
from tests.host.recorder import Answers, Recorder

OLD = "db-before-18"
COMMAND = DropOld(OLD)
PRESENT: Answers = {"--quiet postgres:list": f"db\n{OLD}\n"}


def test_the_old_service_is_destroyed(server: Recorder) -> None:
    put_owner(server, "made", service=OLD)
    assert server.run(COMMAND, PRESENT) == [
        "--quiet apps:list",
        "--quiet postgres:list",
        f"postgres:links {OLD}",
        f"postgres:destroy {OLD} --force",
    ]
    assert owner(server, OLD) == ""


def test_a_run_that_was_cut_off_behind_the_destroying_is_finished(server: Recorder) -> None:
    put_owner(server, "made", service=OLD)
    assert server.run(COMMAND) == ["--quiet apps:list", "--quiet postgres:list"]
    assert owner(server, OLD) == ""


@pytest.mark.parametrize(("service", "how"), [("db", "made"), (OLD, "making"), (OLD, "found"), (OLD, "")])
def test_what_no_upgrade_of_this_stack_left_stays(server: Recorder, service: str, how: str) -> None:
    if how:
        put_owner(server, how, service=service)
    assert server.fails(DropOld(service), PRESENT) == (
        f"{service} is not what an upgrade of this stack left; nothing was dropped"
    )
    assert server.runner.lines == ["--quiet apps:list"]


def test_one_that_is_linked_stays(server: Recorder) -> None:
    put_owner(server, "made", service=OLD)
    assert server.fails(COMMAND, PRESENT, {f"postgres:links {OLD}": "blog\nshop\n"}) == (
        f"{OLD} is linked to blog, shop; nothing was dropped"
    )
    assert owner(server, OLD)
