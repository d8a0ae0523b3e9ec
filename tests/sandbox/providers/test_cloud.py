"""The pretend accounts' memory, under parallel writers and killed ones."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.providers.cloud import Cloud

TOKEN = "hcloud:index/volume:Volume"


def test_parallel_writers_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: Cloud(tmp_path, "hcloud").put(TOKEN, str(number), {"size": number}), range(40)))
    assert sorted(Cloud(tmp_path, "hcloud").all(TOKEN), key=int) == [str(number) for number in range(40)]


def test_an_id_is_never_given_twice(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: Cloud(tmp_path, "hcloud").next_id(), range(40)))
    assert len(set(ids)) == 40
    assert all(key.isdigit() for key in ids)


def test_a_change_that_fails_leaves_the_account_as_it_was(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path, "hcloud")
    cloud.put(TOKEN, "1", {"size": 1})

    def fail() -> None:
        with cloud.change() as content:
            content["things"].clear()
            raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        fail()
    assert cloud.all(TOKEN) == {"1": {"size": 1}}


def test_only_the_owner_reads_the_account(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path, "cloudflare")
    cloud.put(TOKEN, "1", {"value": "secret"})
    assert stat.S_IMODE(cloud.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(cloud.folder.stat().st_mode) == 0o700


def test_dropping_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert Cloud(tmp_path, "hcloud").drop(TOKEN, "1") is None
