"""What is left out of the SDK is still there to be left out, and what takes its place says the same."""

import asyncio

import pytest
from pulumi import Output, _utils, log
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

from components import sdk_extras

PARENT = "urn:pulumi:prod::petbase::petbase:server:Server::prod"
REPLACED = (
    (resource, "create_urn"),
    (resource, "_get_stack_trace"),
    (log, "debug"),
    (_utils.ContextProperty, "__get__"),
)
THEIRS = {name: getattr(owner, name) for owner, name in REPLACED}


@pytest.fixture(autouse=True)
def left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in REPLACED:
        monkeypatch.setattr(owner, name, THEIRS[name])
    sdk_extras.leave_out()


def test_the_sdk_still_has_all_that_is_replaced() -> None:
    """A name that an upgrade of the SDK moves is here an AttributeError; in a stack it would only cost time."""
    assert [name for owner, name in REPLACED if getattr(owner, name) is THEIRS[name]] == []


def test_a_resource_has_no_stack_trace() -> None:
    assert resource._get_stack_trace() == source_pb2.StackTrace()


@pytest.mark.parametrize("parent", [PARENT, PARENT.replace("Server::", "Server$hcloud:index/server:Server::")])
def test_the_urn_of_a_child_is_the_sdks(parent: str) -> None:
    words = ("prod-host", "tls:index/privateKey:PrivateKey", parent)
    assert asyncio.run(_both(*words)) == [f"{parent.removesuffix('::prod')}${words[1]}::prod-host"] * 2


def test_the_urn_of_an_alias_is_made_by_the_sdk() -> None:
    async def made() -> str | None:
        return await resource.create_urn("x", "a:b:C", Output.from_input(PARENT)).future()

    assert asyncio.run(made()) == f"{PARENT.removesuffix('::prod')}$a:b:C::x"


def test_a_setting_is_its_value_and_a_dictionary_the_setting_itself() -> None:
    class Settings:
        word = _utils.ContextProperty(name="word", default="one")
        map = _utils.ContextProperty(name="map", default={})

    settings = Settings()
    assert settings.word == "one"
    settings.word = "two"
    settings.map["key"] = "value"
    assert (settings.word, settings.map.fget(), Settings.word) == ("two", {"key": "value"}, Settings.__dict__["word"])


def test_what_a_later_sdk_lacks_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(resource, "create_urn")
    monkeypatch.delattr(resource, "_get_stack_trace")
    monkeypatch.delattr(_utils, "ContextProperty")
    sdk_extras.leave_out()
    assert not hasattr(resource, "create_urn")
    assert not hasattr(resource, "_get_stack_trace")


async def _both(name: str, kind: str, parent: str) -> list[str | None]:
    return [await make(name, kind, parent).future() for make in (resource.create_urn, THEIRS["create_urn"])]
