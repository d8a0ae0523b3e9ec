"""A small app that is pushed, and a recorded answer about it compared with the one that came."""

import subprocess
from pathlib import Path

from tests.contract.support.case import records
from tests.contract.support.normal import cut, names_replaced, normal
from tests.contract.support.target import Target

# On a real host the address is the container's own; the stand-in says which one it is.
IMAGE = "python:3-alpine"
_DOCKERFILE = """FROM {image}
EXPOSE 5000
CMD echo started; exec python3 -m http.server --bind ${{HOST:-0.0.0.0}} ${{PORT:-5000}} >/dev/null 2>&1
"""


def dockerfile(image: str) -> str:
    return _DOCKERFILE.format(image=image)


def push(target: Target, app: str, where: Path) -> subprocess.CompletedProcess[str]:
    """Commit what is in `where` and push it as the branch main."""
    identity = ["-c", "user.name=contract", "-c", "user.email=contract@example.test"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*identity, "commit", "-q", "-m", "an app"]):
        subprocess.run(["git", *words], cwd=where, check=True)
    *ssh, address = target.words("dokku")
    environment = {"GIT_SSH_COMMAND": " ".join(ssh), "PATH": "/usr/bin:/bin", "HOME": str(where)}
    words = ["git", "push", f"{address}:{app}", "main"]
    return subprocess.run(words, cwd=where, env=environment, text=True, capture_output=True, check=False, timeout=600)


def same_as(number: int, app: str, came: str, **also: str) -> None:
    """The record's stdout, `webapp` being this app; `also` maps further names in both."""
    head, is_cut = cut(records()[number]["stdout"])
    right = normal(names_replaced(head, {"webapp": "<app>", **also}))
    found = normal(names_replaced(came, {app: "<app>", **{value: value for value in also.values()}}))
    compared = found[: len(right)] if is_cut else found
    assert compared == right, f"right:\n{right}\ncame:\n{compared}"
