"""Two services change their data folders, so that name, password, links, schedule and keys stay where they are.

Each step looks at what is there, so a run that was cut off anywhere goes on.
"""

from pathlib import Path

from host.core import files
from host.core.host import Host
from host.dokku import services
from host.values.versions import major

_ASIDE = "data.old"


def exchange(host: Host, service: str, other: str, version: str, before: str) -> None:
    """Give `service` the data of `other`, which is of `version`, and `other` its own, which is of `before`.

    Both are stopped. `other` gets the service's database name and password too, since those are in its data now.
    """
    here, there = services.folder(host, service), services.folder(host, other)
    if not (there / _ASIDE).exists() and _major_of(here / "data") != major(version):
        (here / "data").rename(there / _ASIDE)
    if not (here / "data").exists():
        (there / "data").rename(here / "data")
    if (there / _ASIDE).exists():
        (there / _ASIDE).rename(there / "data")
    # In place: the files stay the dokku user's, and its plugin writes to them.
    (here / "IMAGE_VERSION").write_text(f"{version}\n")
    (there / "IMAGE_VERSION").write_text(f"{before}\n")
    for name in ("DATABASE_NAME", "PASSWORD"):
        (there / name).write_text(files.read(here / name))


def _major_of(data: Path) -> int:
    """The major version that wrote a data folder; 0 where none did."""
    # Images from 18 on have a folder for each major version.
    found = [*data.glob("PG_VERSION"), *data.glob("*/*/PG_VERSION")]
    return major(found[0].read_text()) if found else 0
