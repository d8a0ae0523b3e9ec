"""What is on the server and not this stack's, before the server goes."""

import json

from host.server.others import ListOthers
from tests.host.recorder import Recorder


def test_what_is_not_this_stacks_is_listed_with_its_owner_where_one_is_known(server: Recorder) -> None:
    for thing, stack in (("apps/fruits", "prod"), ("apps/blog", "staging"), ("services/db", "prod")):
        server.put(f"/var/lib/petbase/{thing}/owner.json", json.dumps({"how": "made", "stack": stack}))
    listed = {"--quiet apps:list": "blog\nbyhand\nfruits\n", "--quiet postgres:list": "db\nold\n"}
    assert server.run(ListOthers(), listed) == ["--quiet apps:list", "--quiet postgres:list"]
    assert json.loads(server.printed) == [
        {"kind": "app", "name": "blog", "owner": "staging"},
        {"kind": "app", "name": "byhand", "owner": ""},
        {"kind": "service", "name": "old", "owner": ""},
    ]


def test_a_server_with_nothing_else_has_none(server: Recorder) -> None:
    server.run(ListOthers(), {"--quiet apps:list": "", "--quiet postgres:list": ""})
    assert server.printed == "[]\n"
