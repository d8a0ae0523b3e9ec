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


def held(server: Recorder, text: str) -> None:
    put_owner(server, "made", service=OLD)
    server.put(f"/var/lib/petbase/services/{OLD}/held-back.json", text)


NOTE = """{"verdicts": [{"name": "fruits", "schemas": ["fruits", "journal"], "error": "e", "at": "", "repair": ""}]}"""


@pytest.mark.parametrize("named", [(), ("notes",)])
def test_the_only_copy_of_an_apps_data_stays(server: Recorder, named: tuple[str, ...]) -> None:
    held(server, NOTE)
    assert server.fails(DropOld(OLD, hold_back=named), PRESENT) == (
        f"{OLD} has the only copy of the data of fruits; nothing was dropped. Bring it over first (docs/upgrades.md), "
        "or delete it too: ./petbase upgrade-database --drop-old --hold-back fruits"
    )
    assert owner(server, OLD)


def test_it_goes_where_its_app_is_named(server: Recorder) -> None:
    held(server, NOTE)
    assert server.run(DropOld(OLD, hold_back=("fruits",)), PRESENT)[-1] == f"postgres:destroy {OLD} --force"
    assert not server.file(f"/var/lib/petbase/services/{OLD}").exists()


def test_where_it_is_not_known_whose_data_it_alone_has_nothing_is_dropped(server: Recorder) -> None:
    held(server, "{")
    file = f"{server.root}/var/lib/petbase/services/{OLD}/held-back.json"
    assert server.fails(COMMAND, PRESENT) == (
        f"{file} cannot be read, so it is not known whose data only {OLD} has; nothing was dropped. If it has "
        f"nobody's: rm {file}"
    )
