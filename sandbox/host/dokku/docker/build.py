"""`docker build`, `image`, `rmi`, `inspect`: images that hold nothing but their variables."""

import sys

from sandbox.host.dokku.core import say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.docker import images, inspecting


def build(call: Call) -> int:
    """`docker build -t NAME -`, the Dockerfile on stdin."""
    plain, options = call.options(tag=("-t", "--tag"), file=("-f", "--file"))
    source = [word for word in plain if word not in {"-q"}]
    if source != ["-"] or "tag" not in options:
        raise say.RefusedError(
            "(stand-in) The sandbox's docker builds a Dockerfile from stdin only: docker build --tag NAME -"
        )
    image = images.build(options["tag"], sys.stdin.read())
    if call.has("-q", "--quiet"):
        say.out(image.identity)
        return 0
    say.out(f"Successfully built {image.identity[7:19]}")
    say.out(f"Successfully tagged {image.name}")
    return 0


def image(call: Call) -> int:
    """`docker image inspect|rm NAME`"""
    verb, names = call.words[0] if call.words else "", [word for word in call.words[1:] if not word.startswith("-")]
    if verb == "rm":
        return rmi(Call(verb, tuple(names)))
    if verb != "inspect":
        raise say.RefusedError("(stand-in) The sandbox's docker knows: image inspect, image rm")
    return inspect(Call("image inspect", call.words[1:]))


def rmi(call: Call) -> int:
    """`docker rmi NAME…`"""
    for name in [word for word in call.words if not word.startswith("-")]:
        if images.found(name) is None:
            raise say.RefusedError(f"Error response from daemon: No such image: {images.tagged(name)}", bare=True)
        images.remove(name)
        say.out(f"Untagged: {images.tagged(name)}")
    return 0


def inspect(call: Call) -> int:
    """`docker inspect [--format F] NAME`, a container's or an image's."""
    plain, options = call.options(form=("--format", "-f"), type=("--type",))
    images_only = call.verb == "image inspect"
    found = inspecting.image(plain[0]) or ({} if images_only else inspecting.container(plain[0]))
    if not found:
        if "form" not in options:
            say.out("[]")
        raise say.RefusedError(f"Error: No such {'image' if images_only else 'object'}: {plain[0]}", bare=True)
    say.out(inspecting.shown(found, options.get("form", "")))
    return 0
