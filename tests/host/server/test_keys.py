"""Keys that open `git push` and root: added, shared between stacks, removed when no stack wants them."""

import dataclasses

import pytest

from host.programs.runner import Answer
from host.server.ensure import EnsureServer
from host.server.keys import key_block, split_public_key
from tests.host.recorder import Recorder
from tests.host.server.material import FINGERPRINT, KEY, LISTED, OLD, READS, ROOT_KEYS, SERVER, SHORT

FORMER = split_public_key(OLD)
CLIENT = "ssh-ed25519 AAAAclient\n"
NONE = EnsureServer(domain="example.com")


def listed(name: str) -> dict[str, str | Answer]:
    return {"ssh-keys:list": f'{FORMER.fingerprint} NAME="{name}" X="y"\n' + LISTED}


def test_a_new_key_may_push(server: Recorder) -> None:
    server.run(SERVER, {"ssh-keys:list": Answer(1)})
    assert server.runner.calls[-1] == (f"ssh-keys:add petbase-prod-{SHORT}", f"{KEY}\n")


def test_a_key_that_dokku_has_under_another_name_is_left(server: Recorder) -> None:
    assert server.run(SERVER, {"ssh-keys:list": f'{FINGERPRINT} NAME="admin" X="y"\n'}) == READS


def test_a_key_that_went_may_no_longer_push_or_enter(server: Recorder) -> None:
    server.put(ROOT_KEYS, CLIENT + key_block("prod", [OLD, KEY]))
    lines = server.run(SERVER, listed(f"petbase-prod-{FORMER.short}"))
    assert lines == [*READS, f"ssh-keys:remove petbase-prod-{FORMER.short}"]
    assert server.file(ROOT_KEYS).read_text() == CLIENT + key_block("prod", [KEY])


@pytest.mark.parametrize("name", ["admin", f"petbase-prod-eu-{FORMER.short}", f"petbase-staging-{FORMER.short}"])
def test_keys_of_other_stacks_and_of_people_stay(server: Recorder, name: str) -> None:
    assert server.run(SERVER, listed(name)) == READS


def test_a_stack_whose_name_has_a_dot_leaves_the_keys_of_one_with_a_hyphen(server: Recorder) -> None:
    server.stack = "a.b"
    assert server.run(NONE, listed(f"petbase-a-b-{FORMER.short}")) == READS


def test_a_key_that_two_stacks_want_goes_when_neither_wants_it_any_more(server: Recorder) -> None:
    both = dataclasses.replace(SERVER, key=(KEY, OLD))
    server.run(both, listed(f"petbase-prod-{FORMER.short}"))
    server.stack = "staging"
    server.run(EnsureServer(domain="example.com", key=(OLD,)), listed(f"petbase-prod-{FORMER.short}"))
    server.stack = "prod"
    assert server.run(SERVER, listed(f"petbase-prod-{FORMER.short}")) == READS
    server.stack = "staging"
    removed = f"ssh-keys:remove petbase-prod-{FORMER.short}"
    assert server.run(NONE, listed(f"petbase-prod-{FORMER.short}")) == [*READS[:4], READS[5], removed]


def test_a_root_that_never_had_keys_gets_them(server: Recorder) -> None:
    """As on a server that is reached as a user with sudo."""
    file = server.file(ROOT_KEYS)
    file.unlink()
    file.parent.rmdir()
    assert server.run(SERVER) == READS
    assert file.read_text() == key_block("prod", [KEY])
    assert [path.stat().st_mode & 0o777 for path in (file.parent, file)] == [0o700, 0o600]


def test_a_stack_without_keys_writes_no_block(server: Recorder) -> None:
    server.put(ROOT_KEYS, CLIENT)
    server.run(NONE)
    assert server.file(ROOT_KEYS).read_text() == CLIENT


def test_the_last_key_of_a_stack_goes_like_any_other(server: Recorder) -> None:
    server.run(NONE)
    assert server.file(ROOT_KEYS).read_text() == CLIENT + key_block("prod", [])


def test_what_stands_around_the_block_stays_and_so_do_other_stacks_blocks(server: Recorder) -> None:
    around = [CLIENT, key_block("staging", [OLD]), key_block("prod", [OLD]), "ssh-ed25519 AAAAlast"]
    server.put(ROOT_KEYS, "".join(around))
    server.run(SERVER)
    kept = f"{CLIENT}{key_block('staging', [OLD])}ssh-ed25519 AAAAlast\n"
    assert server.file(ROOT_KEYS).read_text() == kept + key_block("prod", [KEY])


def test_a_block_whose_end_somebody_took_away_takes_no_key_of_others_along(server: Recorder) -> None:
    server.put(ROOT_KEYS, f"# petbase begin prod\n{KEY}\nssh-ed25519 AAAAtheirs\n")
    server.run(SERVER)
    assert server.file(ROOT_KEYS).read_text() == f"{KEY}\nssh-ed25519 AAAAtheirs\n" + key_block("prod", [KEY])
