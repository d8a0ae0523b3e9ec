"""An app: made once, named as declared, found ones left as they were."""

from host.app.ensure import EnsureApp
from host.app.remove import RemoveApp
from host.programs.runner import Answer
from tests.host.recorder import Answers, Recorder

FRUITS = EnsureApp("fruits", domain=("fruits.example.com",))
ABSENT = {"apps:exists fruits": Answer(20)}
NAMED = {"domains:report fruits": "fruits.example.com\n"}
OWNER = "/var/lib/petbase/apps/fruits/owner.json"
LOOKS = ["--quiet apps:list", "apps:exists fruits"]


def test_a_new_app_is_created_and_gets_its_domains(server: Recorder) -> None:
    assert server.run(FRUITS, ABSENT) == [
        *LOOKS,
        "apps:create fruits",
        "domains:report fruits --domains-app-vhosts",
        "domains:set fruits fruits.example.com",
    ]


def test_a_new_app_whose_making_fails_goes_again(server: Recorder) -> None:
    """Pulumi does not know it then: taken out of the stack file, it would stay on the server."""
    exists = iter([Answer(20), Answer(0)])
    refused: Answers = {"apps:exists fruits": lambda: next(exists), "domains:set": Answer(1, "", "nginx: [emerg] no\n")}
    assert "domains:set fruits fruits.example.com failed" in server.fails(FRUITS, refused)
    assert server.runner.lines[-3:] == [
        "apps:exists fruits",
        "proxy:clear-config fruits",
        "apps:destroy fruits --force",
    ]
    assert not server.file("/var/lib/petbase/apps/fruits").exists()


def test_one_that_was_destroyed_by_hand_keeps_what_is_known_of_it_where_its_making_fails(server: Recorder) -> None:
    server.run(FRUITS, ABSENT)
    server.fails(FRUITS, ABSENT, {"domains:set": Answer(1)})
    assert server.runner.lines[-1] == "domains:set fruits fruits.example.com"
    assert server.file(OWNER).exists()


def test_an_app_that_is_as_declared_gets_no_verb_that_writes(server: Recorder) -> None:
    server.run(FRUITS, ABSENT)
    assert server.run(FRUITS, NAMED) == [*LOOKS, "domains:report fruits --domains-app-vhosts"]


def test_the_order_of_domains_is_no_change(server: Recorder) -> None:
    both = EnsureApp("fruits", domain=("a.example.com", "b.example.com"), declared=True)
    named = {"domains:report fruits": "b.example.com a.example.com\n"}
    assert server.run(both, named) == [*LOOKS, "domains:report fruits --domains-app-vhosts"]


def test_a_found_app_keeps_its_domains_unless_the_stack_file_names_some(server: Recorder) -> None:
    assert server.run(FRUITS) == LOOKS
    assert server.file(OWNER).read_text() == '{"how": "found", "stack": "prod"}\n'
    declared = EnsureApp("fruits", domain=("fruits.example.com",), declared=True)
    assert server.run(declared)[-1] == "domains:set fruits fruits.example.com"


def test_a_found_app_that_is_taken_over_is_the_stacks_and_goes_with_its_line(server: Recorder) -> None:
    taken = EnsureApp("fruits", domain=("fruits.example.com",), take_over=True)
    server.run(FRUITS)
    assert server.run(taken)[-1] == "domains:set fruits fruits.example.com"
    assert server.file(OWNER).read_text() == '{"how": "made", "stack": "prod"}\n'
    assert server.run(taken, NAMED) == [*LOOKS, "domains:report fruits --domains-app-vhosts"]
    assert "apps:destroy fruits --force" in server.run(RemoveApp("fruits"))


def test_an_app_that_came_by_a_push_can_be_declared_as_the_stacks_own_at_once(server: Recorder) -> None:
    server.run(EnsureApp("fruits", domain=("fruits.example.com",), take_over=True), NAMED)
    assert server.file(OWNER).read_text() == '{"how": "made", "stack": "prod"}\n'


def test_another_stacks_app_is_not_taken_over(server: Recorder) -> None:
    server.run(FRUITS, ABSENT)
    server.stack = "staging"
    assert "belongs to the stack prod" in server.fails(EnsureApp("fruits", take_over=True))
    assert server.file(OWNER).read_text() == '{"how": "made", "stack": "prod"}\n'


def test_a_create_that_was_cut_off_is_still_ours(server: Recorder) -> None:
    server.put(OWNER, '{"how": "making", "stack": "prod"}\n')
    server.run(FRUITS, NAMED)
    assert server.file(OWNER).read_text() == '{"how": "made", "stack": "prod"}\n'


def test_another_stacks_app_is_refused(server: Recorder) -> None:
    server.run(FRUITS, ABSENT)
    server.stack = "staging"
    assert server.fails(FRUITS) == (
        "the app fruits belongs to the stack prod, not to staging; nothing was changed. To hand it over, run on the "
        f"server: rm {server.file(OWNER)}"
    )
    assert server.runner.lines == []


def test_a_domain_of_somebody_elses_app_is_refused(server: Recorder) -> None:
    server.put("/home/dokku/other/VHOST", "fruits.example.com\n")
    assert server.fails(FRUITS, ABSENT) == (
        'apps.fruits.domains: "fruits.example.com" leads to the app other, which is not of this stack; nothing was '
        "changed. Name another domain, or take it away there first: dokku domains:report other"
    )
    assert server.runner.lines == LOOKS


def test_a_domain_may_come_from_another_app_of_the_stack_whichever_is_sent_first(server: Recorder) -> None:
    server.put("/var/lib/petbase/apps/other/owner.json", '{"how": "made", "stack": "prod"}')
    server.put("/home/dokku/other/VHOST", "fruits.example.com\n")
    assert "domains:set fruits fruits.example.com" in server.run(FRUITS, ABSENT)


def test_a_sick_dokku_is_no_empty_one(server: Recorder) -> None:
    assert server.fails(FRUITS, {"--quiet apps:list": Answer(1)}) == (
        "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list"
    )
    assert server.runner.lines == ["--quiet apps:list"]


def test_an_unknown_answer_is_no_absence(server: Recorder) -> None:
    assert server.fails(FRUITS, {"apps:exists fruits": Answer(2)}) == (
        "dokku apps:exists fruits answered 2; nothing was changed"
    )
    assert server.runner.lines == LOOKS
