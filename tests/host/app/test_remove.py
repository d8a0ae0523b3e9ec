"""An app that leaves: destroyed if this stack made it, forgotten if it was found."""

from host.app.ensure import EnsureApp
from host.app.remove import RemoveApp
from host.programs.runner import Answer
from tests.host.recorder import Recorder

FRUITS, GONE = EnsureApp("fruits"), RemoveApp("fruits")
ABSENT = {"apps:exists fruits": Answer(20)}
LOOKS = ["--quiet apps:list", "apps:exists fruits"]


def test_removing_destroys_what_was_made_here(server: Recorder) -> None:
    server.run(FRUITS, ABSENT)
    assert server.run(GONE) == [*LOOKS, "proxy:clear-config fruits", "apps:destroy fruits --force"]
    assert not server.file("/var/lib/petbase/apps/fruits").exists()


def test_removing_twice_does_nothing(server: Recorder) -> None:
    assert server.run(GONE, ABSENT) == LOOKS


def test_removing_only_forgets_what_was_found(server: Recorder) -> None:
    server.run(FRUITS)
    assert server.run(GONE) == LOOKS
    assert not server.file("/var/lib/petbase/apps/fruits").exists()


def test_a_sick_dokku_is_no_empty_one(server: Recorder) -> None:
    server.run(FRUITS, ABSENT)
    assert server.fails(GONE, {"--quiet apps:list": Answer(1)}).startswith("Dokku does not answer on this server;")
    assert server.fails(GONE, {"apps:exists": Answer(1)}) == "dokku apps:exists fruits answered 1; nothing was changed"
    assert server.file("/var/lib/petbase/apps/fruits/owner.json").exists()


def test_an_app_whose_name_begins_like_anothers_takes_nothing_of_it_along(server: Recorder) -> None:
    for name in ("fruits", "fruits.new"):
        server.run(EnsureApp(name), {f"apps:exists {name}": Answer(20)})
    server.run(GONE)
    assert server.file("/var/lib/petbase/apps/fruits.new/owner.json").exists()


def test_an_app_whose_rename_was_not_finished_goes_under_both_names(server: Recorder) -> None:
    server.run(EnsureApp("apples"), {"apps:exists apples": Answer(20)})
    server.run(EnsureApp("fruits", renamed_from="apples"), ABSENT)
    assert [line for line in server.run(GONE) if "destroy" in line] == [
        "apps:destroy fruits --force",
        "apps:destroy apples --force",
    ]
    assert server.run(GONE, ABSENT) == LOOKS


def test_an_old_name_that_has_a_new_app_is_left_alone(server: Recorder) -> None:
    server.run(EnsureApp("apples"), {"apps:exists apples": Answer(20)})
    server.run(EnsureApp("fruits", renamed_from="apples"), ABSENT)
    server.put("/var/lib/petbase/apps/apples/owner.json", '{"how": "made", "stack": "prod"}')
    assert [line for line in server.run(GONE) if "destroy" in line] == ["apps:destroy fruits --force"]
