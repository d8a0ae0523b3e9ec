"""An app: made once, named as declared, found ones left as they were."""

from components.dokku import lifecycle
from tests.components.dokku.recorder import Recorder

FRUITS = lifecycle.app("petbase/prod", "fruits", ["fruits.example.com"], named=False)
ABSENT = {"apps:exists fruits": (20, "")}
NAMED = {"domains:report fruits --domains-app-vhosts": (0, "fruits.example.com\n")}


def test_a_new_app_is_created_and_gets_its_domains(host: Recorder) -> None:
    assert host.run(FRUITS.here, ABSENT) == [
        "--quiet apps:list",
        "apps:exists fruits",
        "apps:create fruits",
        "domains:report fruits --domains-app-vhosts",
        "domains:set fruits fruits.example.com",
    ]


def test_an_app_that_is_as_declared_gets_no_verb_that_writes(host: Recorder) -> None:
    host.run(FRUITS.here, ABSENT)
    assert host.run(FRUITS.here, NAMED) == [
        "--quiet apps:list",
        "apps:exists fruits",
        "domains:report fruits --domains-app-vhosts",
    ]


def test_the_order_of_domains_is_no_change(host: Recorder) -> None:
    noun = lifecycle.app("petbase/prod", "fruits", ["a.example.com", "b.example.com"], named=True)
    answer = {"domains:report fruits --domains-app-vhosts": (0, "b.example.com a.example.com\n")}
    assert "domains:set fruits a.example.com b.example.com" not in host.run(noun.here, answer)


def test_a_found_app_keeps_its_domains_unless_the_stack_file_says_some(host: Recorder) -> None:
    assert host.run(FRUITS.here) == ["--quiet apps:list", "apps:exists fruits"]
    assert host.file("/var/lib/petbase/apps/fruits").read_text() == "found petbase/prod\n"
    named = lifecycle.app("petbase/prod", "fruits", ["fruits.example.com"], named=True)
    assert host.run(named.here)[-1] == "domains:set fruits fruits.example.com"


def test_a_create_that_was_cut_off_is_still_ours(host: Recorder) -> None:
    host.attempt(FRUITS.here, ABSENT, {"apps:create fruits": (1, "")})
    assert host.file("/var/lib/petbase/apps/fruits").read_text() == "making petbase/prod\n"
    host.run(FRUITS.here, NAMED)
    assert host.file("/var/lib/petbase/apps/fruits").read_text() == "made petbase/prod\n"


def test_going_destroys_what_was_made_here(host: Recorder) -> None:
    host.run(FRUITS.here, ABSENT)
    assert FRUITS.gone
    assert host.run(FRUITS.gone)[-1] == "apps:destroy fruits --force"
    assert not host.file("/var/lib/petbase/apps/fruits").exists()


def test_going_twice_does_nothing(host: Recorder) -> None:
    assert FRUITS.gone
    assert host.run(FRUITS.gone, ABSENT) == ["--quiet apps:list", "apps:exists fruits"]


def test_going_only_forgets_what_was_found(host: Recorder) -> None:
    host.run(FRUITS.here)
    assert FRUITS.gone
    assert host.run(FRUITS.gone) == ["--quiet apps:list", "apps:exists fruits"]
    assert not host.file("/var/lib/petbase/apps/fruits").exists()


def test_another_stacks_app_is_refused(host: Recorder) -> None:
    host.run(FRUITS.here, ABSENT)
    other = lifecycle.app("petbase/staging", "fruits", ["fruits.example.com"], named=False)
    done = host.attempt(other.here)
    assert done.returncode == 1
    assert done.stdout.strip() == (
        "apps/fruits belongs to the stack petbase/prod, not to petbase/staging; "
        f"to hand it over, remove {host.folder}/var/lib/petbase/apps/fruits on the server"
    )
    assert host.verbs == ["--quiet apps:list"]


def test_a_sick_host_is_no_empty_one(host: Recorder) -> None:
    done = host.attempt(FRUITS.here, {"--quiet apps:list": (1, "")})
    assert done.returncode == 1
    assert "Dokku does not answer on this server; nothing was changed. Try: dokku apps:list" in done.stdout
    assert host.verbs == ["--quiet apps:list"]


def test_an_unknown_answer_is_no_absence(host: Recorder) -> None:
    done = host.attempt(FRUITS.here, {"apps:exists fruits": (2, "")})
    assert done.returncode == 1
    assert "dokku apps:exists fruits answered 2; nothing was changed" in done.stdout
    assert host.verbs == ["--quiet apps:list", "apps:exists fruits"]
