"""The images of the stand-in's Docker: what came with the plugin, and what was "built" here (its ENV lines, kept)."""

import hashlib
from dataclasses import dataclass, field

from sandbox.host.dokku.apps import dockerfile
from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import SANDBOX
from sandbox.host.dokku.core.say import RefusedError
from sandbox.host.dokku.postgres.server import binaries

_IMAGES = SANDBOX / "images.json"
_UPLOADS = "dokku/s3backup:0.18.0"
_CAME_ALONG = (_UPLOADS, "dokku/wait:0.9.3", "dokku/ambassador:0.8.2", "postgres:18.4")
_NO_REGISTRY = 'Get "https://registry-1.docker.io/v2/": the sandbox has no registry'


@dataclass(frozen=True)
class Image:
    """An image: its name with tag, and the variables that every container of it gets."""

    name: str
    env: dict[str, str] = field(default_factory=dict)
    base: str = ""

    @property
    def identity(self) -> str:
        """Its content's digest."""
        return "sha256:" + hashlib.sha256(repr((self.name, sorted(self.env.items()))).encode()).hexdigest()


def tagged(name: str) -> str:
    """The name with `:latest` when it has no tag."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def found(name: str) -> Image | None:
    """The image of this name, or none."""
    if (full := tagged(name)) in _CAME_ALONG or is_postgres(full):
        return Image(full)
    built = files.read_json(_IMAGES).get(full)
    return None if built is None else Image(full, dict(built["env"]), built.get("base", _UPLOADS))


def is_postgres(name: str) -> bool:
    """Whether it is PostgreSQL's own image, in a version that the stand-in has the programs of."""
    repository, _, version = name.partition(":")
    return repository == "postgres" and binaries.major(version) is not None


def uploads(image: Image) -> bool:
    """Whether it is the image that sends dumps to a store, or is built on it."""
    return _UPLOADS in (image.name, image.base)


def needed(name: str) -> Image:
    """The image for `docker run`, which would pull it: refused in Docker's words."""
    if name != name.lower():
        repository = name if "/" in name else f"library/{name}"
        text = f"docker: invalid reference format: repository name ({repository}) must be lowercase"
        raise RefusedError(f"{text}\n\nRun 'docker run --help' for more information", 125, bare=True)
    if image := found(name):
        return image
    text = f"Unable to find image '{tagged(name)}' locally\ndocker: Error response from daemon: {_NO_REGISTRY}"
    raise RefusedError(f"{text}\n\nRun 'docker run --help' for more information", 125, bare=True)


def build(name: str, recipe: str) -> Image:
    """Keep a Dockerfile's ENV lines, those of its base below them; nothing else of it is done."""
    parsed = dockerfile.parse(recipe)
    base = found(parsed.base)
    if base is None:
        raise RefusedError(f"Error response from daemon: {_NO_REGISTRY}", bare=True)
    image = Image(tagged(name), {**base.env, **parsed.env}, base.base or base.name)
    with files.changed_json(_IMAGES) as images:
        images[image.name] = {"env": image.env, "labels": parsed.labels, "base": image.base}
    return image


def remove(name: str) -> None:
    """Forget one that was built here."""
    with files.changed_json(_IMAGES) as images:
        images.pop(tagged(name), None)
