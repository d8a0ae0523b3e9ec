"""Before an upgrade: who uses the service, by links and by variables that hold its address."""

import json

from host.upgrade.report import ReportUpgrade
from tests.host.database.service import ASKS, ROOT, put_owner, put_service
from tests.host.recorder import Answers, ByInput, Recorder

ADDRESS = "postgres://a:b@dokku-postgres-db:5432/db"
READY: Answers = {
    "--quiet apps:list": "blog\nfruits\nidle\nshop\n",
    "--quiet postgres:list": "db\n",
    "postgres:links db": "blog\n",
    "config:export --format json blog": json.dumps({"DATABASE_URL": ADDRESS, "COLOR": "red"}),
    "config:export --format json fruits": json.dumps({"READ_URL": ADDRESS}),
    "config:export --format json": "{}",
    "ps:report blog --deployed": "true\n",
    "ps:report": "false\n",
    ASKS: ByInput({"AS owners": '{"blog": ["blog", "blog-files"]}', "": '["blog", "blog-files", "public"]'}),
}


def test_it_names_who_uses_the_service_and_what_upgrades_left(server: Recorder) -> None:
    put_service(server, version="16.14")
    put_owner(server, "made", service="db-before-16")
    server.put(f"{ROOT}-before-16/IMAGE_VERSION", "15.2\n")
    server.put("/var/lib/petbase/apps/blog/owner.json", '{"how": "made", "stack": "prod"}\n')
    server.run(ReportUpgrade("db"), READY)
    found = json.loads(server.printed)
    assert found["old"][0].pop("bytes") > 0
    assert found == {
        "running": "16.14",
        "begun": "",
        "old": [{"name": "db-before-16", "version": "15.2", "held_back": []}],
        "users": [
            {"name": "blog", "linked": True, "deployed": True, "stack": "prod", "variables": ["DATABASE_URL"]},
            {"name": "fruits", "linked": False, "deployed": False, "stack": "", "variables": ["READ_URL"]},
        ],
        "data": ["blog", "blog-files", "public"],
    }
    assert "a:b@" not in server.printed


def test_an_upgrade_that_was_cut_off_is_named(server: Recorder) -> None:
    put_service(server, version="16.14")
    begun = {"phase": "copying", "before": "16.14", "version": "18.4", "began": 0, "restarts": []}
    server.put("/var/lib/petbase/services/db/upgrade.json", json.dumps(begun))
    server.run(ReportUpgrade("db"), READY)
    found = json.loads(server.printed)
    assert (found["begun"], found["data"]) == ("18.4", [])
