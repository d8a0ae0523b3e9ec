"""The pinned CLI is found, fetched or built, in that order, once. Nothing here reaches the network."""

import hashlib
import io
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from sandbox.engine import pulumi_cli, pulumi_get, pulumi_release

PIN = pulumi_release.VERSION


def executable(path: Path, version: str, log: Path | None = None) -> Path:
    """A stand-in for the CLI that knows its version only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{f'echo x >> {log}' if log else ':'}\necho v{version}\n")
    path.chmod(0o755)
    return path


def release(folder: Path, version: str) -> str:
    """A release as the official download has it; its URL."""
    content = f"#!/bin/sh\necho v{version}\n".encode()
    with tarfile.open(folder / "release.tar.gz", "w:gz") as tar:
        for name, data in (("pulumi/pulumi-language-go", b"other"), ("pulumi/pulumi", content)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    digest = hashlib.sha256((folder / "release.tar.gz").read_bytes()).hexdigest()
    (folder / "checksums.txt").write_text(f"{'0' * 64}  pulumi-v1-linux-x64.tar.gz\n{digest}  release.tar.gz\n")
    return (folder / "release.tar.gz").as_uri()


@pytest.fixture(autouse=True)
def _nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty PATH but for the system's shell, an empty cache, no network."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(pulumi_release, "download_url", (tmp_path / "no-network").as_uri)
    monkeypatch.setattr(pulumi_release, "checksums_url", (tmp_path / "checksums.txt").as_uri)


@pytest.fixture
def said() -> list[str]:
    return []


def test_the_one_on_path_is_taken_when_it_is_recent_enough(tmp_path: Path, said: list[str]) -> None:
    found = executable(tmp_path / "bin" / "pulumi", "3.300.1")
    assert pulumi_cli.find(said.append) == found
    assert said == []


@pytest.mark.parametrize("version", ["3.1.0", "4.0.0", "what"])
def test_another_one_on_path_is_passed_over(tmp_path: Path, said: list[str], version: str) -> None:
    executable(tmp_path / "bin" / "pulumi", version)
    cached = executable(tmp_path / "cache" / "petbase" / f"pulumi-{PIN}" / "pulumi", PIN)
    assert pulumi_cli.find(said.append) == cached


def test_the_download_is_kept(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    url = release(tmp_path, PIN)
    monkeypatch.setattr(pulumi_release, "download_url", lambda: url)
    found = pulumi_cli.find(said.append)
    assert found == tmp_path / "cache" / "petbase" / f"pulumi-{PIN}" / "pulumi"
    assert subprocess.run([found, "version"], capture_output=True, text=True, check=True).stdout == f"v{PIN}\n"
    assert said == [f"downloading the Pulumi CLI v{PIN}"]
    (tmp_path / "release.tar.gz").unlink()
    assert pulumi_cli.find(said.append) == found
    assert len(said) == 1


def test_what_came_must_be_the_cli(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    url = release(tmp_path, "3.1.0")
    monkeypatch.setattr(pulumi_release, "download_url", lambda: url)
    with pytest.raises(pulumi_cli.NoCliError, match="download: what came is not the pinned CLI"):
        pulumi_cli.find(said.append)
    assert sorted(path.name for path in pulumi_get.cache_folder().iterdir()) == [".lock"]


@pytest.mark.parametrize(
    ("listed", "said_of_it"),
    [
        ("1" * 64 + "  release.tar.gz", r"has SHA-256 [0-9a-f]{64} and should have 1{64}; it was thrown away"),
        ("1" * 64 + "  other.tar.gz", r"the SHA-256 of release\.tar\.gz is not known"),
    ],
)
def test_a_download_with_another_checksum_or_none_does_not_count(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, listed: str, said_of_it: str
) -> None:
    url = release(tmp_path, PIN)
    (tmp_path / "checksums.txt").write_text(f"{listed}\n")
    monkeypatch.setattr(pulumi_release, "download_url", lambda: url)
    with pytest.raises(pulumi_cli.NoCliError, match=said_of_it):
        pulumi_cli.find(said.append)
    assert sorted(path.name for path in pulumi_get.cache_folder().iterdir()) == [".lock"]


def test_a_checksum_in_the_checkout_comes_before_the_publishers(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = release(tmp_path, PIN)
    digest = (tmp_path / "checksums.txt").read_text().split()[2]
    (tmp_path / "checksums.txt").write_text(f"{'1' * 64}  release.tar.gz\n")
    (tmp_path / "pulumi.sha256").write_text(f"# a word\n{digest}  release.tar.gz\n")
    monkeypatch.setattr(pulumi_release, "download_url", lambda: url)
    monkeypatch.setattr(pulumi_release, "TOOLCHAIN", tmp_path)
    assert pulumi_cli.find(said.append).exists()


def test_without_a_download_it_is_built_from_the_toolchain(tmp_path: Path, said: list[str]) -> None:
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(f'#!/bin/sh\necho "$PWD" "$@" > {tmp_path}/called\nprintf "#!/bin/sh\\necho v{PIN}\\n" > "$3"\n')
    go.chmod(0o755)
    assert pulumi_cli.find(said.append) == tmp_path / "cache" / "petbase" / f"pulumi-{PIN}" / "pulumi"
    assert said[-1] == f"building the Pulumi CLI v{PIN} with Go: about six minutes on two cores, once"
    folder, *words = (tmp_path / "called").read_text().split()
    assert folder == str(pulumi_release.TOOLCHAIN)
    assert words[-1] == "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"


def test_when_nothing_works_one_paragraph_says_what_was_tried(tmp_path: Path, said: list[str]) -> None:
    with pytest.raises(pulumi_cli.NoCliError) as caught:
        pulumi_cli.find(said.append)
    text = str(caught.value)
    assert text.startswith(f"The Pulumi CLI v{PIN} is not here and could not be had (download: ")
    assert text.endswith(
        "; build: Go is not installed). Install it from https://www.pulumi.com/docs/install/ so that `pulumi version` "
        "answers, or install Go 1.25 or later and run this again, or put the executable at "
        f"{tmp_path}/cache/petbase/pulumi-{PIN}/pulumi."
    )
    assert "\n" not in text


def test_make_shows_the_paragraph_and_no_traceback(tmp_path: Path) -> None:
    # urllib's proxy is a closed port here, so the real download fails at once
    nowhere = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "https_proxy": "http://127.0.0.1:9"}
    words = [sys.executable, "-m", "sandbox.engine.pulumi_cli"]
    checkout = pulumi_release.TOOLCHAIN.parent
    done = subprocess.run(words, cwd=checkout, env=nowhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, f"downloading the Pulumi CLI v{PIN}\n")
    assert done.stderr.startswith(f"The Pulumi CLI v{PIN} is not here and could not be had (download: ")
    assert done.stderr.count("\n") == 1


def test_two_first_runs_fetch_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, said = release(tmp_path, PIN), list[str]()
    monkeypatch.setattr(pulumi_release, "download_url", lambda: url)
    runs = [threading.Thread(target=pulumi_cli.find, args=(said.append,)) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(30)
    assert said == [f"downloading the Pulumi CLI v{PIN}"]


@pytest.mark.parametrize(
    ("machine", "system", "end"),
    [
        ("x86_64", "Linux", f"pulumi-v{PIN}-linux-x64.tar.gz"),
        ("aarch64", "Linux", f"pulumi-v{PIN}-linux-arm64.tar.gz"),
        ("arm64", "Darwin", f"pulumi-v{PIN}-darwin-arm64.tar.gz"),
    ],
)
def test_the_release_fits_the_machine(monkeypatch: pytest.MonkeyPatch, machine: str, system: str, end: str) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.system", lambda: system)
    assert pulumi_release.download_url() == f"https://get.pulumi.com/releases/sdk/{end}"


def test_the_toolchain_pins_the_same_version() -> None:
    assert (
        f"github.com/pulumi/pulumi/pkg/v3 v{pulumi_release.VERSION}"
        in (pulumi_release.TOOLCHAIN / "go.mod").read_text()
    )
