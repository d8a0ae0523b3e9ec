"""What a teardown says that it takes: of a server and a bucket that were found nothing goes."""

from typing import cast

from operate.backups.inventory import Inventory
from operate.stack.deployment import Engine
from operate.stack.parse_outputs import parse
from operate.stack.state import Resource, State
from operate.whole import teardown_report
from operate.whole.teardown import Teardown
from tests.support.operate import outputs

_SERVER = "urn:pulumi:test::petbase::petbase:server:Server$"


def job(*, found: bool) -> Teardown:
    stack = parse("test", outputs(backups={"found": found}))
    return Teardown(stack, cast("Engine", None), everything=True)


def state(*, kept: bool) -> State:
    server = Resource(f"{_SERVER}hcloud:index/server:Server::test", kept)
    return State((server, Resource(f"{_SERVER}command:remote:Command::test-dokku")))


def test_dumps_that_were_found_stay_even_when_everything_goes() -> None:
    assert (job(found=False).bucket_goes, job(found=True).bucket_goes) == (True, False)
    assert job(found=True).sentence == "tear down test"


def test_a_server_that_was_imported_stays() -> None:
    made, kept = state(kept=False), state(kept=True)
    assert (made.server_made, made.adopted) == (True, False)
    assert (kept.server_made, kept.adopted) == (False, True)
    rows = teardown_report.rows(job(found=True), kept, Inventory())
    assert rows[:3] == [
        ("deleted", "what Petbase made on 127.0.0.1; apps: fruits"),
        ("stays", "the server 127.0.0.1, the database db with its data, what was found"),
        ("stays", "the bucket db-backups: 0 dumps, 0 bytes in all"),
    ]
    assert ("deleted", "at the providers: Server") in teardown_report.rows(job(found=True), made, Inventory())


def test_a_bucket_whose_tokens_went_before_it_is_not_called_empty() -> None:
    bucket = Resource("urn:pulumi:test::petbase::petbase:bucket:Bucket$cloudflare:index/r2Bucket:R2Bucket::db-backups")
    token = Resource("urn:pulumi:test::petbase::petbase:bucket:Bucket$cloudflare:index/accountToken:AccountToken::x")
    shut, opens = State((bucket,)), State((bucket, token))
    assert teardown_report.rows(job(found=False), shut, Inventory())[:2] == [
        ("deleted", "the bucket db-backups: what it holds cannot be read any more, since its tokens are gone"),
        ("", "if it is not empty, this fails: take out first what is in it, in Cloudflare's dashboard"),
    ]
    assert ("deleted", "the bucket db-backups: 0 dumps, 0 bytes in all") in teardown_report.rows(
        job(found=False), opens, Inventory()
    )
