"""The stack file's lines for what a server may be like; how one is read is tests/operate/adopt/test_adopt.py."""

from dataclasses import replace

import pytest

from host.report.model.adopt import AdoptReport, FoundApp, FoundDumps, FoundService
from operate.adopt.stack_file import Adoption, text
from operate.core.errors import RefusedError
from operate.stack.estate import estate_of
from operate.stack.outputs import Server
from tests.components.estates import ACCOUNT, KEY

_HOST = Server("203.0.113.10", "203.0.113.10", "admin", 22, KEY)
_DUMPS = FoundDumps("0 3 * * *", "db-backups", f"https://{ACCOUNT}.r2.cloudflarestorage.com", "auto")
_DB = FoundService("db", "running", "postgres", "18.4", "", "", (), "", "", {"blog": "superuser"}, _DUMPS)
_BLOG = FoundApp("blog", ("blog.example.com",), "", (), (), "")
_FOUND = AdoptReport("0.38.27", {"postgres": "1.48.0"}, ("example.com",), (), (_DB,), (_BLOG,))


def made(service: FoundService = _DB, *apps: FoundApp, stack: str | None = None) -> str:
    found = replace(_FOUND, services=(service,), apps=apps or (_BLOG,))
    return text(Adoption(_HOST, found, service, stack=stack))


def with_dumps(**changes: object) -> str:
    return made(replace(_DB, dumps=replace(_DUMPS, **changes)))  # type: ignore[arg-type]


def refused(service: FoundService = _DB, *apps: FoundApp) -> str:
    """Why there is no file."""
    with pytest.raises(RefusedError) as caught:
        made(service, *apps)
    return str(caught.value)


def test_an_r2_endpoint_tells_account_and_jurisdiction() -> None:
    backups = estate_of(made()).backups
    assert (backups.store, backups.account_id, backups.bucket) == ("r2", ACCOUNT, "db-backups")
    assert (backups.jurisdiction, backups.bucket_exists, backups.found) == ("default", True, True)
    europe = estate_of(with_dumps(endpoint=f"https://{ACCOUNT}.eu.r2.cloudflarestorage.com/")).backups
    assert (europe.jurisdiction, europe.account_id) == ("eu", ACCOUNT)


def test_an_account_of_digits_only_stays_text() -> None:
    digits = "1" * 32
    assert estate_of(with_dumps(endpoint=f"https://{digits}.r2.cloudflarestorage.com")).backups.account_id == digits


def test_credentials_without_an_endpoint_are_amazons() -> None:
    backups = estate_of(with_dumps(endpoint="", region="eu-central-1")).backups
    assert (backups.store, backups.endpoint) == ("s3", "https://s3.eu-central-1.amazonaws.com")


def test_a_shell_s_word_in_the_target_is_told_and_not_frozen() -> None:
    said = with_dumps(target="db-backups/$(date +\\%F)")
    assert (
        "      # Dumps go to db-backups/$(date +\\%F), which is not a plain bucket and path; write "
        "bucket and path: ...\n" in said
    )


def test_an_odd_schedule_is_told() -> None:
    assert "      # Its schedule is @daily a b c d\n" in with_dumps(schedule="@daily a b c d")


def test_credentials_without_a_schedule_leave_the_bucket_s_name_to_a_person() -> None:
    said = with_dumps(schedule=None, target=None)
    assert "      # bucket: ...              # <- nothing is scheduled, so the server does not know it\n" in said


def test_how_dumps_are_locked_is_said() -> None:
    assert estate_of(with_dumps(encryption="passphrase")).backups.encrypt
    said = with_dumps(encryption="public key", iam=True)
    assert "      # They are encrypted with a public key, which ./petbase restore cannot read.\n" in said
    assert "      # They are made with the server's own role at Amazon (--use-iam).\n" in said


def test_without_dumps_a_person_says_where_they_shall_go() -> None:
    service = replace(_DB, dumps=FoundDumps())
    assert Adoption(_HOST, _FOUND, service).missing == "backups.account-id"
    assert (
        "      # account-id: ...          # <- your Cloudflare account; or store: s3 (docs/stack-file-example.md)\n"
        in made(service)
    )


def test_what_the_container_has_besides_is_told() -> None:
    said = made(replace(_DB, image="postgis/postgis", environment=("A", "B"), exposed="5432->5432"))
    assert "      # Its image is postgis/postgis, which stays; a new version must be a tag of that image.\n" in said
    assert "      # Its container's variables stay: A B\n" in said
    assert "      # It is exposed (5432->5432), which is left alone.\n" in said


@pytest.mark.parametrize("options", ["-c b=1 -c a=2", "--max_connections=60", '-c log_line_prefix="%m "'])
def test_options_in_another_form_are_kept_and_told(options: str) -> None:
    said = made(replace(_DB, options=options, memory="64"))
    assert f"      # Its settings stay: {options}, 64 MB. config or memory-mb here would take their place" in said
    assert not estate_of(said).database.model_fields_set & {"config", "memory_mb"}


def test_a_user_with_sudo_and_another_port_are_said() -> None:
    said = text(Adoption(replace(_HOST, port=2022), _FOUND, _DB))
    assert (estate_of(said).server.user, estate_of(said).server.ssh_port) == ("admin", 2022)


def test_the_default_name_needs_no_line_and_others_do() -> None:
    assert "domains" not in made()
    www = replace(_BLOG, domains=("blog.example.com", "www.example.com"))
    assert estate_of(made(_DB, www)).apps["blog"].domains == ("blog.example.com", "www.example.com")
    assert "        # Its names stay: *.example.com\n" in made(_DB, replace(_BLOG, domains=("*.example.com",)))
    assert "        # It answers to no name.\n" in made(_DB, replace(_BLOG, domains=()))


def test_an_app_of_another_stack_or_with_an_odd_name_is_left_out() -> None:
    theirs, odd = replace(_BLOG, owner="prod"), replace(_BLOG, name="blog.")
    said = made(_DB, theirs, odd)
    assert "    apps: {}\n" in said
    assert said.endswith(
        "      # Left out, since pulumi up would change them:\n"
        "      #   blog belongs to the stack prod\n"
        "      #   blog. has a name that no stack file can say\n"
    )
    assert "blog:" in made(_DB, theirs, stack="prod")


@pytest.mark.parametrize(
    ("access", "line"),
    [
        ("unset", "is linked to db, but has no DATABASE_URL"),
        ("role", "comes into db with its own role"),
        ("elsewhere", "is linked to db, but its DATABASE_URL leads elsewhere"),
        ("twice", "has the URL of db under a second name"),
    ],
)
def test_a_link_that_up_would_change_is_left_alone(access: str, line: str) -> None:
    said = made(replace(_DB, links={"blog": access}))  # type: ignore[dict-item]
    assert said.endswith(f"      #   blog {line}\n")
    assert estate_of(said).apps == {}


_NO_LINE = "No other line is true of this server, so nothing was written."


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            replace(_DB, version="17-3.5"),
            'database.version: "17-3.5" is not a version; write MAJOR.MINOR, like "18.4". ' + _NO_LINE,
        ),
        (
            replace(_DB, dumps=replace(_DUMPS, endpoint="https://a/b")),
            'backups.endpoint: "https://a/b" is not an address; write one like "https://s3.example.com". ' + _NO_LINE,
        ),
        (
            replace(_DB, status="exited"),
            "db is exited, not running, and pulumi up would start it. Start it first: dokku postgres:start db",
        ),
    ],
)
def test_what_counts_and_cannot_be_said_is_refused(found: FoundService, expected: str) -> None:
    assert refused(found) == expected


def test_names_that_only_a_default_gives_twice_are_refused() -> None:
    shop = FoundApp("shop", ("blog.example.com",), "", (), (), "")
    service = replace(_DB, links={"blog": "superuser", "shop": "superuser"})
    nameless = replace(_BLOG, domains=())
    assert refused(service, nameless, shop) == (
        "What was found does not fit into a stack file, so nothing was written: apps.shop.domains: "
        '"blog.example.com" is already the domain of app blog; remove one of the two'
    )


def test_without_one_global_domain_somebody_must_say_one() -> None:
    for domains, told in (((), "is not set"), (("a.example", "b.example"), "is a.example b.example")):
        adoption = Adoption(_HOST, replace(_FOUND, domains=domains), _DB)
        with pytest.raises(RefusedError) as caught:
            text(adoption)
        assert str(caught.value) == (
            f"Dokku's global domain {told}, and a stack file says one, under which new apps are found. Name it: "
            "--domain NAME. pulumi up then sets it, and the apps that are there keep their names."
        )
        assert estate_of(text(replace(adoption, domain="c.example"))).domain == "c.example"


def test_a_domain_that_two_apps_have_is_told_and_not_taken_from_one() -> None:
    shop = FoundApp("shop", ("blog.example.com", "shop.example.com"), "", (), (), "")
    service = replace(_DB, links={"blog": "superuser", "shop": "superuser"})
    assert "        # Its names stay: blog.example.com shop.example.com\n" in made(service, _BLOG, shop)


def test_what_belongs_to_another_stack_is_refused() -> None:
    assert refused(replace(_DB, owner="live")) == (
        "db belongs to the stack live already, so nothing was written. For that stack: --write live. "
        "To hand it over, run on the server: rm /var/lib/petbase/services/db/owner.json"
    )
