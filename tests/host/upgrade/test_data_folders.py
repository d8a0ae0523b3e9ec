"""Two services change their data, whatever a run that was cut off has left."""

from collections.abc import Callable
from pathlib import Path

import pytest

from host.core.host import Host
from host.upgrade.data_folders import exchange
from tests.host.recorder import RecordedRunner

OLD, NEW = "db", "db-before-18"


def put(folder: Path, version: str, name: str, password: str) -> None:
    """A service as the plugin keeps it; images from 18 on have a folder for each major version."""
    data = folder / "data" / ("18/docker" if version.startswith("18") else "")
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text(f"{version.partition('.')[0]}\n")
    (folder / "IMAGE_VERSION").write_text(f"{version}\n")
    (folder / "DATABASE_NAME").write_text(f"{name}\n")
    (folder / "PASSWORD").write_text(f"{password}\n")


@pytest.fixture
def host(tmp_path: Path) -> Host:
    services = tmp_path / "var/lib/dokku/services/postgres"
    put(services / OLD, "16.14", "db", "secret")
    put(services / NEW, "18.4", "db_before_18", "another")
    return Host("prod", RecordedRunner(), root=tmp_path)


def kept(host: Host) -> dict[str, str]:
    services = host.path("/var/lib/dokku/services/postgres")
    return {str(file.relative_to(services)): file.read_text() for file in services.rglob("*") if file.is_file()}


EXCHANGED = {
    "db/data/18/docker/PG_VERSION": "18\n",
    "db/IMAGE_VERSION": "18.4\n",
    "db/DATABASE_NAME": "db\n",
    "db/PASSWORD": "secret\n",
    "db-before-18/data/PG_VERSION": "16\n",
    "db-before-18/IMAGE_VERSION": "16.14\n",
    "db-before-18/DATABASE_NAME": "db\n",
    "db-before-18/PASSWORD": "secret\n",
}


def test_each_has_the_others_data_and_the_old_one_its_name_and_password(host: Host) -> None:
    exchange(host, OLD, NEW, "18.4", "16.14")
    assert kept(host) == EXCHANGED
    exchange(host, OLD, NEW, "18.4", "16.14")
    assert kept(host) == EXCHANGED


@pytest.mark.parametrize("moves", [0, 1, 2, 3])
def test_a_run_that_was_cut_off_is_finished(host: Host, monkeypatch: pytest.MonkeyPatch, moves: int) -> None:
    rename: Callable[[Path, Path], Path] = Path.rename
    left = iter(range(moves))

    def cut(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", cut)
        if moves < 3:
            with pytest.raises(KeyboardInterrupt):
                exchange(host, OLD, NEW, "18.4", "16.14")
    exchange(host, OLD, NEW, "18.4", "16.14")
    assert kept(host) == EXCHANGED
