"""Apps restart where Docker gave the service another address, whose link knows the one of before."""

from host.database.ensure import EnsureDatabase
from host.programs.runner import Answer
from tests.host.database.service import PRESENT, put_owner, put_service
from tests.host.recorder import Answers, Recorder

TUNED = EnsureDatabase("db", version="18.4", config={"max_connections": "50"})
NOTE = "/var/lib/petbase/services/db/address.json"
LINKED: Answers = {
    **PRESENT,
    "docker inspect": "172.17.0.3 \n",
    "postgres:links db": "blog\nfruits\nshop\n",
    "ps:report blog --deployed": "true\n",
    "ps:report fruits --deployed": "false\n",
    "ps:report shop --deployed": "true\n",
}
CUT: Answers = {"postgres:stop": Answer(1)}


def test_the_address_is_noted_before_the_container_goes(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    server.fails(TUNED, LINKED, CUT)
    assert server.runner.lines[-2].startswith("docker inspect")
    assert server.runner.lines[-1] == "postgres:stop db"
    assert server.file(NOTE).read_text() == '{"address": "172.17.0.3"}\n'


def test_apps_that_are_deployed_restart_and_one_that_does_not_start_leaves_the_others_their_turn(
    server: Recorder,
) -> None:
    put_service(server)
    put_owner(server, "made")
    server.fails(TUNED, LINKED, CUT)
    lines = server.run(TUNED, LINKED, {"docker inspect": "172.17.0.5 \n", "ps:restart blog": Answer(1)})
    assert [line for line in lines if line.startswith("ps:restart")] == ["ps:restart blog", "ps:restart shop"]
    assert server.printed.splitlines()[-4:] == [
        "db: has another address; restarting blog",
        "blog did not start again. Look at: dokku logs blog",
        "db: has another address; restarting shop",
        "db: PostgreSQL 18.4 answers",
    ]
    assert not server.file(NOTE).exists()


def test_apps_go_on_where_the_service_has_its_address_again(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    lines = server.run(TUNED, LINKED)
    assert lines[-1].startswith("docker inspect")
    assert not [line for line in lines if line.startswith("ps:")]
    assert not server.file(NOTE).exists()
