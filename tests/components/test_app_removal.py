"""What a preview says when apps leave the stack file."""

from components.app_removal import refused, warnings
from tests.components.estates import estate
from tests.support.pulumi import program


def test_the_schema_that_stays_is_named() -> None:
    assert warnings({"fruits": "shop", "blog": "blog"}, {"blog": "blog"}) == [
        'apps.fruits is removed; its data stays in the schema "shop". ./petbase kept lists it'
    ]


def test_one_that_goes_while_another_comes_may_be_a_renaming() -> None:
    assert warnings({"fruits": "fruits"}, {"apples": "apples"}) == [
        'apps.fruits is removed; its data stays in the schema "fruits". ./petbase kept lists it',
        "fruits is removed and apples is added: two apps, and apples starts without data. If it is one app under a new "
        "name, write was: fruits under apps.apples",
    ]


def test_a_renaming_that_is_said_is_no_departure() -> None:
    assert warnings({"fruits": "fruits"}, {"apples": "apples", "fruits": ""}) == []


def test_an_app_that_goes_is_none_that_another_says_it_was() -> None:
    before, now = {"web": "shop", "worker": "shop"}, {"net": "shop", "web": ""}
    assert warnings(before, now, {"net"}) == [
        'apps.worker is removed; its data stays in the schema "shop". ./petbase kept lists it'
    ]


def test_its_old_name_may_go_from_the_file_later() -> None:
    assert warnings({"apples": "apples", "fruits": ""}, {"apples": "apples"}) == []


def test_the_bucket_that_stays_is_named_whether_its_app_goes_or_not() -> None:
    before = {"fruits": "fruits", "bucket of fruits": "fruits-example-com"}
    stays = 'the files of fruits stay in the bucket "fruits-example-com". ./petbase kept lists it'
    assert warnings(before, {"fruits": "fruits"}) == [stays]
    assert warnings(before, {}) == [
        'apps.fruits is removed; its data stays in the schema "fruits". ./petbase kept lists it',
        stays,
    ]


def test_a_bucket_that_another_name_has_stays_in_use() -> None:
    before = {"fruits": "fruits", "bucket of fruits": "fruits-example-com"}
    now = {"pears": "pears", "fruits": "", "bucket of pears": "fruits-example-com"}
    assert warnings(before, now, {"pears"}) == []


def test_newcomers_and_the_same_again_say_nothing() -> None:
    assert warnings({"blog": "blog"}, {"blog": "blog"}) == []
    assert warnings({"blog": "blog"}, {"blog": "blog", "fruits": "fruits"}) == []
    assert warnings({}, {"fruits": "fruits"}) == []


def test_the_state_keeps_schemas_by_app_and_old_names() -> None:
    plan = program.run(estate(apps={"apples": {"was": "fruits"}, "blog": {"schema": "posts"}}))
    assert plan.one("Stash", "apps").inputs["input"] == {
        "apples": "apples",
        "blog": "posts",
        "fruits": "",
        "protected apples": "",
        "protected blog": "",
        "backups.protect": "",
    }


def test_the_rules_of_a_bucket_that_was_found_are_not_replaced_by_a_line_that_is_taken_out() -> None:
    before = {"backups.found": "", "backups.bucket-exists": "", "backups.protect": ""}
    kept = {"backups.bucket-exists": "", "backups.protect": ""}
    assert refused({"input": before}, {"input": kept}) == [
        "backups.found: without it Petbase's rules replace all rules of the bucket, yours too. Look at them, and write "
        "found: true again, or backups.protect: false to give them up (docs/adopting.md)"
    ]
    for now in (before, {"backups.bucket-exists": ""}, {"backups.store": "", "backups.protect": ""}):
        assert refused({"input": before}, {"input": now}) == []
    assert refused({"input": kept}, {"input": kept}) == []


def test_only_an_app_that_was_protected_stays_in_the_file() -> None:
    before = {"fruits": "shop", "blog": "blog", "protected fruits": "", "protected blog": ""}
    (why,) = refused({"input": before}, {"input": {"blog": "blog", "protected blog": ""}})
    assert why == (
        "apps.fruits: protected, and this edit would remove or replace it. If you mean that, write protect: false "
        "under apps.fruits, run pulumi up, then make this edit"
    )
    assert len(refused({"input": before}, {"input": {}})) == 2
    for now in (before, {"fruits": "shop", "blog": "blog"}, {"apples": "shop", "fruits": "", "blog": "blog"}):
        assert refused({"input": before}, {"input": now}) == []
    assert refused({"input": {"fruits": "shop"}}, {"input": {}}) == []


def test_protection_alone_says_nothing_in_a_preview() -> None:
    assert warnings({"fruits": "shop", "protected fruits": ""}, {"fruits": "shop"}) == []
    assert warnings({"fruits": "shop"}, {"fruits": "shop", "protected fruits": ""}) == []


def test_a_renamed_app_keeps_its_identity_and_its_schema_comes_first() -> None:
    plan = program.run(estate(apps={"blog": {"reads": ["apples"]}, "apples": {"was": "fruits"}}))
    for kind in ("app:App", "link:AppLink", "settings:AppSettings"):
        (alias,) = plan.component(kind, "apples").request.aliases
        assert alias.spec.name == "fruits"
    assert any(urn.endswith("::apples-link") for urn in plan.one("Command", "blog-link").request.dependencies)
