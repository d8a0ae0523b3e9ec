"""The stand-ins as plugins in the sandbox's own PULUMI_HOME, and the guard that nothing else is there.

A plugin is a folder plugins/resource-NAME-vVERSION with an executable pulumi-resource-NAME, which is what
`pulumi plugin install --file` would make. The versions are the SDKs', so the engine has nothing to warn about.
"""

import shlex
import shutil
import sys
from pathlib import Path

from . import launch
from .schema import HERE, load

NAMES = tuple(sorted(path.stem for path in HERE.glob("*.json")))
CHECKOUT = Path(__file__).resolve().parents[2]


class ForeignPluginError(Exception):
    """Something in the sandbox's PULUMI_HOME is not the sandbox's: it might touch a real account."""


def folder(home: Path, name: str) -> Path:
    """Where the engine looks for a provider."""
    return home / "plugins" / f"resource-{name}-v{load(name).version}"


def launcher(root: Path, name: str) -> str:
    """The executable's text. Root and checkout are part of it: no environment can point it at other places."""
    return (
        "#!/bin/sh\n"
        f"# Petbase's sandbox: a stand-in for the {name} provider. It calls no API.\n"
        f"PYTHONPATH={shlex.quote(str(CHECKOUT))} PETBASE_SANDBOX={shlex.quote(str(root))} \\\n"
        f"  exec {shlex.quote(sys.executable)} -I -S {shlex.quote(launch.__file__)} {shlex.quote(str(root))} {name} "
        '"$@"\n'
    )


def install(root: Path, home: Path) -> None:
    """Write every stand-in's folder where it is absent or out of date."""
    for name in NAMES:
        target, text = folder(home, name) / f"pulumi-resource-{name}", launcher(root, name)
        if target.exists() and target.read_text() == text:
            continue
        shutil.rmtree(target.parent, ignore_errors=True)
        target.parent.mkdir(parents=True, mode=0o700)
        target.write_text(text)
        target.chmod(0o700)


def refuse_foreign(root: Path, home: Path) -> None:
    """Raise ForeignPluginError unless all that is installed is exactly what `install` writes."""
    ours = {folder(home, name).name: name for name in NAMES}
    for found in sorted(path for path in (home / "plugins").iterdir() if path.is_dir()):
        name = ours.get(found.name)
        if name is None or _content(found) != {f"pulumi-resource-{name}": launcher(root, name)}:
            raise ForeignPluginError(
                f"{found} is not the sandbox's own provider, so it could reach a real account. "
                "Remove that folder; the sandbox writes its own again."
            )


def _content(found: Path) -> dict[str, str]:
    return {path.name: path.read_text(errors="replace") for path in found.rglob("*") if not path.is_dir()}
