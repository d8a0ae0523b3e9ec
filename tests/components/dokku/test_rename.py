"""An app under a new name: cloned, with its domains, its certificate and its marks, while its old self serves on."""

import pytest

from components.config.app_spec import App
from components.dokku import lifecycle
from components.dokku.lifecycle import Moved
from tests.components.dokku.recorder import Answer, Recorder

RENAMED = lifecycle.app(
    "petbase/prod", "fruits", ["fruits.example.com"], named=False, moved=Moved("apples", "db", "fruits")
).here
OLD: dict[str, Answer] = {
    "apps:exists fruits": (20, ""),
    "--quiet postgres:list": (0, "db\n"),
    "postgres:connect db": (0, "0\n"),
    "domains:report apples --domains-app-vhosts": (0, "apples.example.com www.example.com\n"),
    "certs:report apples --ssl-enabled": (0, "true\n"),
    "certs:show apples crt": (0, "CERTIFICATE\n"),
    "certs:show apples key": (0, "KEY\n"),
    "ps:report apples --deployed": (0, "true\n"),
}
GONE: dict[str, Answer] = {"apps:exists apples": (20, "")}


@pytest.fixture
def made(host: Recorder) -> Recorder:
    """A host on which this stack made apples, with a link and variables."""
    for kind, text in (("apps", "made petbase/prod"), ("links/db", "schema petbase/prod"), ("variables", "COLOR")):
        mark = host.file(f"/var/lib/petbase/{kind}/apples")
        mark.parent.mkdir(parents=True)
        mark.write_text(f"{text}\n")
    return host


def test_an_app_is_cloned_and_its_old_self_serves_on(made: Recorder) -> None:
    assert made.run(RENAMED, OLD) == [
        "--quiet apps:list",
        "apps:exists apples",
        "--quiet postgres:list",
        "postgres:connect db",
        "apps:exists fruits",
        "apps:clone --skip-deploy apples fruits",
        "ps:report apples --deployed",
        "domains:report apples --domains-app-vhosts",
    ]


def test_the_marks_go_along_and_the_old_self_is_noted(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    assert made.file("/var/lib/petbase/was/fruits").read_text() == "apples true fruits.example.com\n"
    assert made.file("/var/lib/petbase/links/db/fruits").read_text() == "schema petbase/prod\n"
    assert made.file("/var/lib/petbase/variables/fruits").read_text() == "COLOR\n"
    assert not list(made.file("/var/lib/petbase").rglob("apples"))


def test_a_found_app_without_names_in_the_stack_file_keeps_those_it_has(host: Recorder) -> None:
    host.run(RENAMED, OLD)
    assert host.file("/var/lib/petbase/was/fruits").read_text() == "apples true apples.example.com www.example.com\n"
    assert host.file("/var/lib/petbase/apps/fruits").read_text() == "found petbase/prod\n"


def moved(host: Recorder, note: str) -> None:
    file = host.file("/var/lib/petbase/was/fruits")
    file.parent.mkdir(parents=True)
    file.write_text(f"{note}\n")


SETTLED = lifecycle.settings("petbase/prod", "fruits", App()).here
NOTHING = {"linked": "d1gest", "secrets": ""}


def test_it_is_built_then_gets_certificate_and_names_and_then_its_old_self_goes(host: Recorder) -> None:
    """Of two apps with one name nginx takes the first: it must answer by then."""
    moved(host, "apples true fruits.example.com www.example.com")
    assert host.run(SETTLED, OLD, {"apps:exists fruits": (0, "")}, secrets=NOTHING)[2:] == [
        "ps:rebuild fruits",
        "apps:exists apples",
        "certs:report apples --ssl-enabled",
        "certs:show apples crt",
        "certs:show apples key",
        "certs:add fruits",
        "domains:set fruits fruits.example.com www.example.com",
        "apps:destroy apples --force",
    ]
    assert host.run(SETTLED, OLD, {"apps:exists fruits": (0, "")}, secrets=NOTHING)[2:] == []


def test_a_private_key_travels_on_standard_input_and_leaves_no_file(host: Recorder) -> None:
    moved(host, "apples true fruits.example.com")
    left = host.file("/run/petbase.certificate.fruits")
    left.mkdir()
    (left / "server.key").write_text("of a run that was cut off\n")
    host.run(SETTLED, OLD, {"apps:exists fruits": (0, "")}, secrets=NOTHING)
    assert not [line for line, _ in host.sent if "KEY" in line]
    assert "KEY" in dict(host.sent)["certs:add fruits"]
    assert not left.exists()


def test_an_app_without_certificate_that_was_never_deployed(host: Recorder) -> None:
    moved(host, "apples false fruits.example.com")
    answers: dict[str, Answer] = {"apps:exists fruits": (0, ""), "certs:report apples --ssl-enabled": (0, "false\n")}
    assert host.run(SETTLED, OLD, answers, secrets=NOTHING)[2:] == [
        "apps:exists apples",
        "certs:report apples --ssl-enabled",
        "domains:set fruits fruits.example.com",
        "apps:destroy apples --force",
    ]


def test_a_renaming_that_is_done_does_nothing(host: Recorder) -> None:
    named: dict[str, Answer] = {"domains:report fruits --domains-app-vhosts": (0, "fruits.example.com\n")}
    mark = host.file("/var/lib/petbase/apps/fruits")
    mark.parent.mkdir()
    mark.write_text("made petbase/prod\n")
    assert host.run(RENAMED, GONE, named) == [
        "--quiet apps:list",
        "apps:exists apples",
        "apps:exists fruits",
        "domains:report fruits --domains-app-vhosts",
    ]


def test_a_clone_that_was_cut_off_is_thrown_away_and_made_again(made: Recorder) -> None:
    made.attempt(RENAMED, OLD, {"apps:clone": (1, "")})
    verbs = made.run(RENAMED, OLD, {"apps:exists fruits": (0, "")})
    assert verbs.index("apps:destroy fruits --force") < verbs.index("apps:clone --skip-deploy apples fruits")


def test_two_apps_that_are_both_there_are_not_merged(made: Recorder) -> None:
    done = made.attempt(RENAMED, OLD, {"apps:exists fruits": (0, "")})
    assert done.returncode == 1
    assert (
        "apples and fruits are both on this server, so one cannot become the other; nothing was changed. "
        "Remove was: apples, or one of the two" in done.stdout
    )
    assert "apps:clone --skip-deploy apples fruits" not in made.verbs


def test_a_schema_that_was_kept_is_not_in_the_way_unnoticed(made: Recorder) -> None:
    done = made.attempt(RENAMED, OLD, {"postgres:connect db": (0, "1\n")})
    assert done.returncode == 1
    assert done.stdout == (
        "db has a schema fruits already, so apples cannot take that name; nothing was changed. "
        "Write schema: apples to keep its own, or see ./petbase kept\n"
    )
    assert made.verbs[-1] == "postgres:connect db"


def test_another_stacks_app_is_not_taken(host: Recorder) -> None:
    mark = host.file("/var/lib/petbase/apps/apples")
    mark.parent.mkdir()
    mark.write_text("made petbase/staging\n")
    done = host.attempt(RENAMED, OLD)
    assert "apps/apples belongs to the stack petbase/staging, not to petbase/prod" in done.stdout
    assert host.verbs == ["--quiet apps:list"]
