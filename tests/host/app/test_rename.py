"""An app under a new name: cloned, with its domains, its certificate and its state, while its old self serves on."""

import io
import shlex
import tarfile

import pytest

from host.app import restart
from host.app.answers import CURL
from host.app.ensure import EnsureApp
from host.app.rename_state import Rename, pending
from host.core.errors import HostError
from host.core.host import Host
from host.core.output import Output
from host.programs.runner import Answer
from tests.host.recorder import Answers, RecordedRunner, Recorder, psql

RENAMED = EnsureApp("fruits", domain=("fruits.example.com",), renamed_from="apples", service="db", schema="fruits")
BACK = EnsureApp("apples", domain=("apples.example.com",), renamed_from="fruits", service="db", schema="apples")
ABSENT: Answers = {"apps:exists fruits": Answer(20)}
OLD: Answers = {
    **ABSENT,
    "--quiet postgres:list": "db\n",
    "docker exec": "0\n",
    "domains:report apples": "apples.example.com www.example.com\n",
    "certs:report apples": "true\n",
    "certs:show apples crt": "CERTIFICATE\n",
    "certs:show apples key": "PRIVATE KEY\n",
    "ps:report apples": "true\n",
}
GONE: Answers = {"apps:exists apples": Answer(20)}
HERE: Answers = {"apps:exists fruits": ""}
STATE = "/var/lib/petbase/apps"
PSQL = psql()


@pytest.fixture
def made(server: Recorder) -> Recorder:
    """A server on which this stack made apples, with a link and variables."""
    server.put(f"{STATE}/apples/owner.json", '{"how": "made", "stack": "prod"}')
    server.put(f"{STATE}/apples/links/db.json", '{"access": "schema", "stack": "prod"}')
    server.put(f"{STATE}/apples/settings/variables.json", '{"names": ["COLOR"]}')
    return server


def files(server: Recorder) -> list[str]:
    return sorted(str(path.relative_to(server.file(STATE))) for path in server.file(STATE).rglob("*.json"))


def finish(server: Recorder, app: str, *answers: Answers) -> list[str]:
    """What comes in place of the restart at the end of the settings; the programs that it started."""
    server.runner = RecordedRunner({key: value for more in (OLD, HERE, *answers) for key, value in more.items()})
    stream = io.StringIO()
    host = Host("prod", server.runner, Output(stream), server.root, sleep=lambda _: None)
    try:
        restart.restart_if_owed(host, app, "settings")
    finally:
        server.printed = stream.getvalue()
    return server.runner.lines


def test_an_app_is_cloned_and_its_old_self_serves_on(made: Recorder) -> None:
    assert made.run(RENAMED, OLD) == [
        "--quiet apps:list",
        "apps:exists apples",
        "--quiet postgres:list",
        PSQL,
        "apps:exists fruits",
        "apps:clone --skip-deploy apples fruits",
        "domains:report apples --domains-app-vhosts",
        "ps:report apples --deployed",
    ]
    assert (
        made.runner.calls[3][1]
        == "\\set schema 'fruits'\nSELECT count(*) FROM pg_namespace WHERE nspname = :'schema'\n"
    )
    assert made.printed == "apples: becomes fruits; it serves on until fruits is built\n"


def test_the_state_moves_to_the_new_name(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    assert files(made) == [
        "fruits/links/db.json",
        "fruits/owner.json",
        "fruits/rename.json",
        "fruits/settings/variables.json",
    ]
    host = Host("prod", made.runner, Output(io.StringIO()), made.root)
    assert pending(host, "fruits") == Rename(
        "apples", "fruits", deployed=True, domains=("fruits.example.com",), service="db", schema="fruits"
    )


def test_a_rename_that_waits_for_its_end_only_takes_other_domains(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    other = EnsureApp("fruits", domain=("b.example.com", "a.example.com"), renamed_from="apples")
    assert made.run(other, OLD, HERE) == ["--quiet apps:list"]
    assert '"domains": ["b.example.com", "a.example.com"]' in made.file(f"{STATE}/fruits/rename.json").read_text()


def test_a_found_app_without_domains_in_the_stack_file_keeps_those_it_has(server: Recorder) -> None:
    server.run(RENAMED, OLD)
    assert (
        '"domains": ["apples.example.com", "www.example.com"]' in server.file(f"{STATE}/fruits/rename.json").read_text()
    )
    assert server.file(f"{STATE}/fruits/owner.json").read_text() == '{"how": "found", "stack": "prod"}\n'


def test_it_is_built_then_gets_certificate_and_domains_and_then_its_old_self_goes(made: Recorder) -> None:
    """Of two apps with one domain nginx takes the first: it must answer by then."""
    made.run(RENAMED, OLD)
    assert finish(made, "fruits") == [
        "ps:rebuild fruits",
        "apps:exists apples",
        "certs:report apples --ssl-enabled",
        "certs:show apples crt",
        "certs:show apples key",
        "certs:add fruits",
        "domains:set fruits fruits.example.com",
        "proxy:clear-config apples",
        "apps:exists apples",
        "proxy:clear-config apples",
        "apps:destroy apples --force",
    ]
    assert files(made) == ["fruits/links/db.json", "fruits/owner.json", "fruits/settings/variables.json"]
    assert finish(made, "fruits") == []


def asks(name: str) -> str:
    return shlex.join([*CURL, "--resolve", f"{name}:80:127.0.0.1"])


@pytest.fixture
def served(made: Recorder) -> Recorder:
    for app in ("apples", "fruits"):
        made.put(f"/home/dokku/{app}/nginx.conf", "server {\n  listen      80;\n}\n")
        made.put(f"/home/dokku/{app}/VHOST", f"{app}.example.com\n")
        made.put(f"/home/dokku/{app}/CONTAINER.web.1", "c1")
    made.run(RENAMED, OLD)
    return made


def test_the_old_app_goes_when_the_new_one_was_seen_to_answer(served: Recorder) -> None:
    answers = {asks("apples.example.com"): "200", asks("fruits.example.com"): "404"}
    lines = finish(served, "fruits", answers)
    url = f"{asks('fruits.example.com')} http://fruits.example.com/"
    assert lines[-4:] == [url, "apps:exists apples", "proxy:clear-config apples", "apps:destroy apples --force"]


@pytest.mark.parametrize(("status", "said"), [("502", "answers 502"), ("000", "does not answer")])
def test_where_it_does_not_answer_the_old_one_stays_and_serves(served: Recorder, status: str, said: str) -> None:
    answers = {asks("apples.example.com"): "200", asks("fruits.example.com"): status}
    with pytest.raises(HostError) as caught:
        finish(served, "fruits", answers)
    assert str(caught.value) == (
        f"fruits was built and {said} at http://fruits.example.com, so apples stays and serves. Look at: dokku logs "
        "fruits. Then run pulumi up again"
    )
    assert served.runner.lines[-1] == "proxy:build-config apples"
    assert finish(served, "fruits", {**answers, asks("fruits.example.com"): "200"})[0] == "ps:rebuild fruits"


def test_one_that_did_not_answer_well_before_need_not_now(served: Recorder) -> None:
    lines = finish(served, "fruits", {asks("apples.example.com"): "500", asks("fruits.example.com"): "500"})
    assert lines[-1] == "apps:destroy apples --force"


def test_certificate_and_key_travel_on_standard_input(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    finish(made, "fruits")
    sent = dict(made.runner.calls)["certs:add fruits"]
    with tarfile.open(fileobj=io.BytesIO(sent.encode())) as archive:
        found = {name: archive.extractfile(name) for name in archive.getnames()}
        assert {name: file.read() for name, file in found.items() if file} == {
            "server.crt": b"CERTIFICATE\n",
            "server.key": b"PRIVATE KEY\n",
        }


def test_an_app_without_certificate_that_was_never_deployed(made: Recorder) -> None:
    made.run(RENAMED, OLD, {"ps:report apples": "false\n"})
    assert finish(made, "fruits", {"certs:report apples": "false\n"}) == [
        "apps:exists apples",
        "certs:report apples --ssl-enabled",
        "domains:set fruits fruits.example.com",
        "apps:exists apples",
        "proxy:clear-config apples",
        "apps:destroy apples --force",
    ]


def test_a_build_that_fails_leaves_the_end_owed(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    host = Host("prod", RecordedRunner({}), Output(io.StringIO()), made.root)
    restart.owe_restart(host, "fruits")
    with pytest.raises(Exception, match="ps:rebuild fruits failed with exit code 1"):
        finish(made, "fruits", {"ps:rebuild": Answer(1)})
    assert {"fruits/rename.json", "fruits/restart.json"} <= set(files(made))
    assert finish(made, "fruits")[0] == "ps:rebuild fruits"


def test_an_end_that_was_cut_off_builds_nothing_again(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    with pytest.raises(Exception, match="apps:destroy apples --force failed"):
        finish(made, "fruits", {"apps:destroy": Answer(1)})
    assert finish(made, "fruits") == ["apps:exists apples", "proxy:clear-config apples", "apps:destroy apples --force"]


def test_a_rename_that_is_done_does_nothing(server: Recorder) -> None:
    server.put(f"{STATE}/fruits/owner.json", '{"how": "made", "stack": "prod"}')
    assert server.run(RENAMED, GONE, {"domains:report fruits": "fruits.example.com\n"}) == [
        "--quiet apps:list",
        "apps:exists apples",
        "apps:exists fruits",
        "domains:report fruits --domains-app-vhosts",
    ]


def test_a_clone_that_was_cut_off_is_thrown_away_and_made_again(made: Recorder) -> None:
    made.fails(RENAMED, OLD, {"apps:clone": Answer(1)})
    assert made.run(RENAMED, OLD, HERE)[4:8] == [
        "apps:exists fruits",
        "proxy:clear-config fruits",
        "apps:destroy fruits --force",
        "apps:clone --skip-deploy apples fruits",
    ]
    assert "fruits: a rename was cut off, starting over\n" in made.printed


def test_a_clone_that_was_cut_off_and_is_no_longer_wanted_goes(made: Recorder) -> None:
    made.fails(RENAMED, OLD, {"apps:clone": Answer(1)})
    apples = EnsureApp("apples", domain=("apples.example.com", "www.example.com"))
    assert made.run(apples, OLD, HERE) == [
        "--quiet apps:list",
        "apps:exists fruits",
        "proxy:clear-config fruits",
        "apps:destroy fruits --force",
        "apps:exists apples",
        "domains:report apples --domains-app-vhosts",
    ]
    assert files(made) == ["apples/links/db.json", "apples/owner.json", "apples/settings/variables.json"]


def test_a_clone_that_was_cut_off_gives_way_to_another_name(made: Recorder) -> None:
    made.fails(RENAMED, OLD, {"apps:clone": Answer(1)})
    pears = EnsureApp("pears", domain=("pears.example.com",), renamed_from="apples")
    lines = made.run(pears, OLD, HERE, {"apps:exists pears": Answer(20)})
    assert lines.index("apps:destroy fruits --force") < lines.index("apps:clone --skip-deploy apples pears")


def test_a_rename_that_was_not_finished_can_be_taken_back(made: Recorder) -> None:
    """The old app served all the time; what was made of it goes."""
    made.run(RENAMED, OLD)
    assert made.run(BACK, OLD, HERE, {"domains:report apples": "apples.example.com\n"}) == [
        "--quiet apps:list",
        "apps:exists apples",
        "apps:exists fruits",
        "proxy:clear-config fruits",
        "apps:destroy fruits --force",
        "apps:exists apples",
        "domains:report apples --domains-app-vhosts",
    ]
    assert files(made) == [
        "apples/links/db.json",
        "apples/owner.json",
        "apples/restart.json",
        "apples/settings/variables.json",
    ]


def test_taking_back_cut_off_goes_on(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    made.fails(BACK, OLD, HERE, {"apps:destroy": Answer(1)})
    assert "apps:destroy fruits --force" in made.run(BACK, OLD, HERE)
    assert "apples/rename.json" not in files(made)
    assert "apples/restart.json" in files(made)


def test_a_rename_that_only_lacks_its_end_is_finished_before_the_next(made: Recorder) -> None:
    """Its old self may be half gone by then."""
    made.run(RENAMED, OLD)
    with pytest.raises(Exception, match="apps:destroy apples --force failed"):
        finish(made, "fruits", {"apps:destroy": Answer(1)})
    lines = made.run(BACK, OLD, HERE, GONE, {"ps:report fruits": "true\n"})
    assert "apps:clone --skip-deploy fruits apples" in lines
    assert not [line for line in lines if line.startswith("apps:destroy")]


def test_the_old_name_alone_does_not_take_a_rename_back(made: Recorder) -> None:
    """The data is under the new name by now, and the app would get an empty schema."""
    made.run(RENAMED, OLD)
    assert made.fails(EnsureApp("apples"), OLD, HERE) == (
        "apples was renamed to fruits, and serves until fruits is built; nothing was changed. To take the rename back, "
        "write was: fruits under apps.apples"
    )
    assert made.runner.lines == ["--quiet apps:list"]


def test_a_name_after_the_next_waits_for_the_first_to_be_finished(made: Recorder) -> None:
    made.run(RENAMED, OLD)
    pears = EnsureApp("pears", domain=("pears.example.com",), renamed_from="fruits")
    assert made.fails(pears, OLD, HERE, {"apps:exists pears": Answer(20)}) == (
        "fruits still takes over from apples, which serves until fruits is built; nothing was changed. Call it fruits "
        "in the stack file, run pulumi up, and rename it then"
    )


def test_two_apps_that_are_both_there_are_not_merged(made: Recorder) -> None:
    assert made.fails(RENAMED, OLD, HERE) == (
        "apples and fruits are both on this server, so one cannot become the other; nothing was changed. Remove "
        "was: apples, or one of the two"
    )
    assert made.runner.lines[-1] == "apps:exists fruits"


def test_a_schema_of_the_new_name_is_in_the_way(made: Recorder) -> None:
    assert made.fails(RENAMED, OLD, {"docker exec": "1\n"}) == (
        "db has a schema fruits already, so apples cannot take that name; nothing was changed. Write schema: apples to "
        "keep its own, or see ./petbase kept"
    )
    assert made.runner.lines[-1] == PSQL


def test_a_schema_that_keeps_its_name_is_in_no_ones_way(made: Recorder) -> None:
    keeps = EnsureApp("fruits", domain=("fruits.example.com",), renamed_from="apples", service="db", schema="apples")
    assert PSQL not in made.run(keeps, OLD)


def test_a_database_that_does_not_answer_is_no_free_name(made: Recorder) -> None:
    assert made.fails(RENAMED, OLD, {"docker exec": Answer(2)}) == "db does not answer; nothing was changed"


def test_a_domain_of_somebody_elses_app_is_refused_before_anything_is_made(made: Recorder) -> None:
    made.put("/home/dokku/other/VHOST", "fruits.example.com\n")
    assert made.fails(RENAMED, OLD).startswith(
        'apps.fruits.domains: "fruits.example.com" leads to the app other, which is not of this stack; nothing was'
    )


def test_the_old_self_of_a_renamed_app_is_of_the_stack(made: Recorder) -> None:
    """So another app may take one of its domains at once."""
    made.run(RENAMED, OLD)
    made.put("/home/dokku/apples/VHOST", "www.example.com\n")
    made.put("/home/dokku/fruits/VHOST", "")
    plums = EnsureApp("plums", domain=("www.example.com",))
    assert "domains:set plums www.example.com" in made.run(plums, OLD, {"apps:exists plums": Answer(20)})


def test_another_stacks_app_is_not_taken(server: Recorder) -> None:
    server.put(f"{STATE}/apples/owner.json", '{"how": "made", "stack": "staging"}')
    assert server.fails(RENAMED, OLD).startswith("the app apples belongs to the stack staging, not to prod;")
    assert server.runner.lines == []
