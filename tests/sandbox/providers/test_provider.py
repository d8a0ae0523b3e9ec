"""What holds for every resource of every stand-in."""

from pathlib import Path

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.providers.resource import ApiError
from sandbox.providers.values import UNKNOWN
from tests.support.pulumi.providers import Asking, account

VOLUME = "hcloud:index/volume:Volume"
KEY = "tls:index/privateKey:PrivateKey"
FIREWALL = "hcloud:index/firewall:Firewall"
INGRESS = {"direction": "in", "protocol": "icmp", "sourceIps": ["0.0.0.0/0"]}


@pytest.fixture
def hcloud(tmp_path: Path) -> Asking:
    return account(tmp_path, "hcloud")


def test_the_same_inputs_again_are_no_change(hcloud: Asking) -> None:
    made = hcloud.create(VOLUME, {"name": "v", "size": 10})
    answer = hcloud.diff(VOLUME, made, {"name": "v", "size": 10})
    assert (answer.changes, answer.replaces, answer.kinds) == (False, [], {})


def test_a_changed_input_is_an_update(hcloud: Asking) -> None:
    made = hcloud.create(VOLUME, {"name": "v", "size": 10})
    answer = hcloud.diff(VOLUME, made, {"name": "v", "size": 20})
    assert (answer.changes, answer.replaces, answer.diffs) == (True, [], ["size"])
    assert answer.kinds["size"] == provider_pb2.PropertyDiff.UPDATE


def test_an_input_that_the_schema_says_replaces_makes_a_replacement(tmp_path: Path) -> None:
    tls = account(tmp_path, "tls")
    made = tls.create(KEY, {"algorithm": "ED25519"})
    answer = tls.diff(KEY, made, {"algorithm": "ECDSA", "ecdsaCurve": "P256"})
    assert answer.replaces == ["algorithm", "ecdsaCurve"]
    assert answer.kinds["ecdsaCurve"] == provider_pb2.PropertyDiff.ADD_REPLACE


def test_an_output_that_was_not_asked_for_is_no_difference(tmp_path: Path) -> None:
    tls = account(tmp_path, "tls")
    made = tls.create(KEY, {"algorithm": "ED25519"})
    assert made.state["rsaBits"] == 2048
    assert tls.diff(KEY, made, {"algorithm": "ED25519"}).changes is False


def test_an_input_that_goes_leaves_the_state(hcloud: Asking) -> None:
    made = hcloud.create(FIREWALL, {"rules": [INGRESS], "labels": {"a": "b"}})
    changed = hcloud.update(FIREWALL, made, {"rules": [INGRESS]})
    assert "labels" not in changed.state


def test_an_unknown_value_counts_as_a_change(hcloud: Asking) -> None:
    made = hcloud.create(VOLUME, {"name": "v", "size": 10})
    assert hcloud.diff(VOLUME, made, {"name": "v", "size": UNKNOWN}).diffs == ["size"]


def test_a_preview_makes_nothing_and_knows_no_output(hcloud: Asking) -> None:
    shown = hcloud.preview(FIREWALL, {"name": "f", "rules": [INGRESS]})
    assert shown["name"] == "f"
    assert shown["applyTos"] == UNKNOWN
    assert hcloud.provider.world.cloud.all(FIREWALL) == {}


def test_a_preview_of_an_update_changes_nothing(hcloud: Asking) -> None:
    made = hcloud.create(VOLUME, {"name": "v", "size": 10})
    assert hcloud.update(VOLUME, made, {"name": "v", "size": 20}, preview=True).state["size"] == 20
    assert hcloud.provider.world.cloud.all(VOLUME)[made.key]["size"] == 10


def test_a_missing_name_is_made_up_once(hcloud: Asking) -> None:
    made = hcloud.create(FIREWALL, {"rules": [INGRESS]})
    assert made.state["name"] == "thing-0001020"
    again, _ = hcloud.check(FIREWALL, {"rules": [INGRESS]}, made.inputs)
    assert again["name"] == made.state["name"]


def test_what_was_deleted_behind_our_back_reads_as_gone(hcloud: Asking) -> None:
    made = hcloud.create(VOLUME, {"name": "v", "size": 10})
    hcloud.provider.world.cloud.drop(VOLUME, made.key)
    assert hcloud.read(VOLUME, made.key, made) is None


def test_what_was_changed_behind_our_back_reads_as_it_is(hcloud: Asking) -> None:
    made = hcloud.create(VOLUME, {"name": "v", "size": 10})
    hcloud.provider.world.cloud.put(VOLUME, made.key, made.state | {"size": 30})
    found = hcloud.read(VOLUME, made.key, made)
    assert found is not None
    assert found.inputs["size"] == found.state["size"] == 30


def test_an_import_sees_inputs_by_the_id_alone(hcloud: Asking) -> None:
    made = hcloud.create(VOLUME, {"name": "v", "size": 10})
    found = hcloud.read(VOLUME, made.key)
    assert found is not None
    assert found.inputs == {"name": "v", "size": 10}


def test_an_unknown_resource_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ApiError, match=r"^the sandbox has no resource tls:index/locallySignedCert:LocallySignedCert$"):
        account(tmp_path, "tls").check("tls:index/locallySignedCert:LocallySignedCert", {})


def test_an_unknown_function_is_refused_by_name(hcloud: Asking) -> None:
    with pytest.raises(ApiError, match=r"^the sandbox has no function hcloud:index/getVolume:getVolume$"):
        hcloud.invoke("hcloud:index/getVolume:getVolume", {})
