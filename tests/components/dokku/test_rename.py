"""An app under a new name: cloned, with its domains, its certificate and its marks, while its old self serves on."""

import pytest

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


def test_an_app_takes_its_new_name_with_domains_and_certificate(made: Recorder) -> None:
    verbs = made.run(RENAMED, OLD)
    # What comes behind is what any app gets (test_app.py); this host goes on saying that there is no fruits.
    assert verbs[: verbs.index("ps:report apples --deployed") + 1] == [
        "--quiet apps:list",
        "apps:exists apples",
        "--quiet postgres:list",
        "postgres:connect db",
        "apps:exists fruits",
        "apps:clone --skip-deploy apples fruits",
        "domains:report apples --domains-app-vhosts",
        "domains:set fruits apples.example.com www.example.com",
        "certs:report apples --ssl-enabled",
        "certs:show apples crt",
        "certs:show apples key",
        "certs:add fruits",
        "ps:report apples --deployed",
    ]


def test_the_marks_go_along_and_the_old_self_is_noted(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    assert made.file("/var/lib/petbase/was/fruits").read_text() == "apples true\n"
    assert made.file("/var/lib/petbase/links/db/fruits").read_text() == "schema petbase/prod\n"
    assert made.file("/var/lib/petbase/variables/fruits").read_text() == "COLOR\n"
    assert not list(made.file("/var/lib/petbase").rglob("apples"))


def test_a_private_key_travels_on_standard_input_and_leaves_no_file(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    assert not [line for line, _ in made.sent if "KEY" in line]
    assert "KEY" in dict(made.sent)["certs:add fruits"]
    assert not list(made.file("/run").glob("petbase.*"))


def test_an_app_without_certificate_or_domains_gets_none(made: Recorder) -> None:
    none: dict[str, Answer] = {
        "certs:report apples --ssl-enabled": (0, "false\n"),
        "domains:report apples --domains-app-vhosts": (0, "\n"),
    }
    verbs = made.run(RENAMED, OLD, none)
    assert not [verb for verb in verbs if verb.startswith(("certs:show", "certs:add"))]
    assert [verb for verb in verbs if verb.startswith("domains:set")] == ["domains:set fruits fruits.example.com"]


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
