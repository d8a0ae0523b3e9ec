"""What is nothing to tell of the machine: the twins of tests/host/check/failures/machine.py."""

from email.utils import format_datetime
from pathlib import Path

import pytest

from host.programs.runner import Answer
from tests.host.check.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    (tmp_path / "var/lib/dokku").mkdir(parents=True)
    return Scene(tmp_path)


@pytest.mark.parametrize("line", ["/swapfile none swap sw 0 0", "UUID=e7a9\tnone\tswap\tsw\t0\t0"])
def test_swap_that_fstab_names_and_no_boot_brought_is_told(scene: Scene, line: str) -> None:
    scene.put("/etc/fstab", f"# static\nUUID=1 / ext4 defaults 0 1\n{line}\n")
    assert scene.check() == [
        "/etc/fstab names swap, and none is in use, so builds and peaks end in killed processes. On the server: swapon "
        "--all"
    ]


def test_a_swap_file_that_fstab_does_not_name_gets_its_line(scene: Scene) -> None:
    scene.put("/swapfile", "")
    scene.put("/etc/fstab", "UUID=1 / ext4 defaults 0 1\n# /swapfile none swap sw 0 0\n")
    (problem,) = scene.check()
    assert problem.endswith("On the server: echo '/swapfile none swap sw 0 0' >>/etc/fstab, then swapon --all")


def test_swap_in_use_and_a_server_without_any_are_well(scene: Scene) -> None:
    scene.put("/etc/fstab", "UUID=1 / ext4 defaults 0 1\nshort\n\n")
    assert scene.check() == []
    scene.put("/swapfile", "")
    scene.put("/proc/meminfo", scene.server.file("/proc/meminfo").read_text().replace("SwapTotal: 0", "SwapTotal: 9"))
    assert scene.check() == []


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_a_clock_within_five_minutes_of_the_stores_is_well(scene: Scene, minutes: float) -> None:
    date = format_datetime(scene.moment(minutes / 24 / 60)).replace("+0000", "GMT")
    scene.answers["curl --silent --head"] = f"HTTP/1.1 403 Forbidden\r\nDate: {date}\r\n\r\n"
    assert scene.check() == []


def test_one_that_is_ahead_is_told(scene: Scene) -> None:
    scene.answers["curl --silent --head"] = f"Date: {format_datetime(scene.moment(-6 / 24 / 60))}\r\n"
    assert scene.check() == [
        "the server's clock is 6 minutes ahead of the store's, which refuses dumps from 15 minutes on. Look at: "
        "timedatectl"
    ]


@pytest.mark.parametrize("said", ["", "HTTP/1.1 200 OK\r\n\r\n", "Date: yesterday\r\n"])
def test_a_store_that_tells_no_time_is_no_problem_of_the_clock(scene: Scene, said: str) -> None:
    scene.answers["curl --silent --head"] = said
    assert scene.check() == []


def test_a_name_that_is_no_apps_may_be_there_twice(scene: Scene) -> None:
    scene.answers["nginx -t"] = Answer(0, "", 'nginx: [warn] conflicting server name "_" on 0.0.0.0:80, ignored\n')
    assert scene.check() == []
