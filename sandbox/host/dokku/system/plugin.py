"""`plugin:*`: the stand-in can install the plugins that it knows, from any address and at any tag that it is given."""

import hashlib
import re
from pathlib import Path

from sandbox.host.dokku.core import fault, files, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.core.paths import LIB, PLUGINS, SERVICES

FIRST_VERSION = "0.38.27"
# Where a package's install leaves it (sandbox/host/apt.py); a new host has none.
VERSION_FILE = LIB / "STABLE_VERSION"
KNOWN = {
    "postgres": "dokku postgres service plugin",
    "letsencrypt": "Automated installation of let's encrypt TLS certificates",
}
"""Plugins that are not Dokku's own, and what `plugin:list` says of them."""
_VERSION = re.compile(r'^version = "(.*)"$', re.MULTILINE)
# Dokku's own, as `plugin:list` of the real one names them (record 90).
_CORE = (Path(__file__).parents[1] / "templates" / "plugins.txt").read_text().split()
_TEXTS = {"00_dokku-standard": "standard", "20_events": "events logging", "certs": "certificate management"}


def dokku_version() -> str:
    """Dokku's own."""
    return files.text(VERSION_FILE) or FIRST_VERSION


def installed_version(name: str) -> str:
    """The version of an installed plugin; empty when it is not."""
    found = _VERSION.search(files.text(PLUGINS / "enabled" / name / "plugin.toml"))
    return found[1] if found else ""


COMMITS = {
    "9f06daf62e3baed4a5a573b27a65907928d01448": "1.48.0",
    "8693fdb5cea672d56b111821cafe35c123373afc": "0.22.0",
}
"""Commits of the plugins' repositories, and the tags that lead to them. Any other tag gets a made-up one."""


def _check_out(where: Path, name: str, committish: str) -> None:
    """The plugin's own file at a tag or a commit, as each plugin's repository has it, and what git notes of it."""
    version = COMMITS.get(committish, committish)
    known = (commit for commit, tag in COMMITS.items() if tag == version)
    commit = next(known, hashlib.sha1(version.encode(), usedforsecurity=False).hexdigest())
    files.write(where / ".git/HEAD", f"{commit}\n")
    text = f'[plugin]\ndescription = "{KNOWN[name]}"\nversion = "{version}"\n[plugin.config]\n'
    files.write(where / "plugin.toml", text)


def list_(_: Call) -> int:
    """`plugin:list`"""
    own = dokku_version()
    rows = {
        name: f"{'0.34.0' if name == 'builds' else own} enabled    dokku core {_TEXTS.get(name, name)} plugin"
        for name in _CORE
    }
    rows |= {name: f"{found} enabled    {text}" for name, text in KNOWN.items() if (found := installed_version(name))}
    for name in sorted(rows):
        say.out(f"  {name:<20} {rows[name]}")
    return 0


def installed(call: Call) -> int:
    """`plugin:installed NAME`"""
    name = call.words[0] if call.words else ""
    return 0 if name in _CORE or (name and installed_version(name)) else 1


def install(call: Call) -> int:
    """`plugin:install URL [--committish TAG] [--name NAME]`: an installed one is refused in every case.

    Without a URL it runs the install hooks of all that is there; those do nothing here.
    """
    plain, options = call.options(committish=("--committish",), name=("--name",))
    if not plain:
        return 0
    url = plain[0]
    name = options.get("name") or (
        plain[1] if len(plain) > 1 else url.rpartition("/")[2].removesuffix(".git").removeprefix("dokku-")
    )
    where = PLUGINS / "available" / name
    say.step(f"Cloning plugin repo {url} to {where}")
    if where.exists():
        # Whatever the address: root's git does not read a repository that dokku owns, so none is ever the same
        # (records 95-97).
        text = f"Plugin '{name}' is already installed, but with a different url. To install anyway, uninstall it first."
        raise say.RefusedError(text, bare=True)
    if name not in KNOWN:
        raise say.RefusedError(f"(stand-in) The sandbox has no network to fetch {url}: it knows {' and '.join(KNOWN)}")
    _check_out(where, name, options.get("committish", "1.48.0"))
    fault.place("plugin:install cloned")
    (PLUGINS / "enabled").mkdir(parents=True, exist_ok=True)
    (PLUGINS / "enabled" / name).symlink_to(where)
    SERVICES.mkdir(parents=True, exist_ok=True)
    say.step(f"Plugin {name} enabled")
    return 0


def update(call: Call) -> int:
    """`plugin:update NAME TAG`, as plugn does it: git's words are thrown away, and a tag that is not there (here: one
    that ends in .99) leaves what is checked out.
    """
    name, tag = [*call.words, "", ""][:2]
    where = PLUGINS / "available" / name
    if not where.exists():
        raise say.RefusedError("Specified plugin not enabled or installed")
    if tag.endswith(".99"):
        return 1
    _check_out(where, name, tag)
    fault.place("plugin:update checked out")
    say.out(f"Plugin ({name}) updated and pinned to {tag}")
    return 0
