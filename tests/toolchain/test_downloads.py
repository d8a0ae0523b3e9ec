"""What the project downloads is known, and each download is checked as docs/supply-chain.md says."""

import json
import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
# What fetches something, as it stands in Python, in shell and in YAML.
_WORDS = (
    *(
        r"urlopen\(",
        "urlretrieve",
        '"curl"',
        r"\bcurl -",
        r"\bwget ",
        '"plugin:install"',
        '"plugin:update"',
        "git clone",
    ),
    *("git clone", '"clone"', "go install", '"ci", ', "npm (ci|install)", 'pip"? install', "apt-get (install|update)"),
    *('"docker", "(build|pull)"', "uses: pulumi/actions"),
)
_FETCHES = re.compile("|".join(_WORDS))
_LEFT_OUT = ("tests/", "docs/", "bench/", "sandbox/host/", "sandbox/store/", "sandbox/proof/", "examples/")
_KNOWN = {
    "Makefile": "pip with hashes; actionlint by Go's checksums",
    ".github/actions/ready/action.yml": "pip with hashes; pulumi/actions by commit",
    ".github/compare-plans": "pip with hashes",
    "components/dokku/install.py": "python3, by apt",
    "host/server/install.py": "Dokku's installer, by SHA-256",
    "host/server/plugin.py": "plugins, by commit",
    "host/server/apt.py": "apt",
    "host/dumps/image.py": "the image of dumps, by tag",
    "sandbox/bun/packages.py": "npm, by its lock file",
    "sandbox/engine/pulumi_release.py": "the Pulumi CLI, by SHA-256",
    # These show a line to a person.
    "host/check/machine/updates.py": "apt",
    "operate/backups/shown/dumps_sheet.py": "the user's own dump",
    "toolchain/setup_report.py": "Pulumi's own installer",
    # These ask for an answer, and run nothing of what comes.
    "host/app/answers.py": "does an app answer?",
    "host/check/machine/clock.py": "what time is it at the store?",
    "host/watch/http.py": "alerts",
    "host/dumps/fetch.py": "a dump, by its size and content",
    "operate/adopt/account_checks.py": "the installer's SHA-256, the accounts",
    "operate/doctor/in_the_account.py": "who reads a bucket, and its rules",
    "operate/files/usage.py": "does a store let a page in?",
    "operate/hetzner/ssh_firewall.py": "this machine's address",
}


def _files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if not name.startswith(_LEFT_OUT) and not name.endswith(".md")]


def _text(name: str) -> str:
    try:
        return (CHECKOUT / name).read_text()
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


def test_whatever_downloads_is_known() -> None:
    found = {name for name in _files() if _FETCHES.search(_text(name))}
    assert found - _KNOWN.keys() == set(), "check it by a hash, and add it to docs/supply-chain.md and here"
    assert _KNOWN.keys() - found == set(), "it downloads nothing any more"


def test_pip_always_wants_hashes() -> None:
    for name in ("Makefile", ".github/actions/ready/action.yml", ".github/compare-plans"):
        lines = [line for line in _text(name).splitlines() if re.search(r"pip\"? install", line)]
        assert lines
        assert all("--require-hashes" in line and "--only-binary :all:" in line for line in lines), name


@pytest.mark.parametrize("lock", [name for name in _files() if name.endswith("package-lock.json")])
def test_every_npm_package_has_its_checksum(lock: str) -> None:
    packages = json.loads(_text(lock))["packages"]
    assert [name for name, one in packages.items() if name and not one.get("integrity") and not one.get("link")] == []


def test_every_action_is_pinned_by_commit() -> None:
    for name in (name for name in _files() if name.startswith(".github/") and name.endswith((".yml", ".yaml"))):
        used = re.findall(r"uses: (\S+)", _text(name))
        assert [one for one in used if not one.startswith("./") and not re.search(r"@[0-9a-f]{40}$", one)] == []
