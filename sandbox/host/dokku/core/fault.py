"""What tests read and steer: a line for each call, a stop before the N-th one, a verb that fails.

Only the stand-ins have this. A call is one of `dokku` or of `docker`, made by a program or a person; what one of them
calls itself does not count. The files are JSON objects under /run/petbase:

    stop    {"after": N}: the N-th call from then on kills the program that makes it, before it does anything
            {"at": "PLACE"}: kills inside a verb, at the place of that name
    pace    {"pause": {"PLACE": seconds}}: waits at that place
    broken  {"VERB": "text"}: that verb (`*`: each of Dokku's; `docker exec`) prints the text and answers 1
    verbs.jsonl, count: the calls so far, and how many of them a stop has counted
"""

import json
import os
import signal
import sys
import time
from itertools import pairwise
from pathlib import Path

from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import RUN
from sandbox.host.dokku.core.say import RefusedError

INNER = "DOKKU_SANDBOX_INNER"
_STOP, _COUNT, _VERBS, _PACE, _BROKEN = (RUN / name for name in ("stop", "count", "verbs.jsonl", "pace", "broken"))
# The words behind these verbs' service are secrets; config's are, too, from the `=` on.
_SECRET_AFTER = {"postgres:backup-auth": 1, "postgres:backup-set-encryption": 1}


def top_level(words: list[str], user: str) -> None:
    """Log a call that no other one made, and stop here if a test wants it. One of docker starts with that word."""
    if os.environ.get(INNER):
        return
    os.environ[INNER] = "1"
    RUN.mkdir(parents=True, exist_ok=True)
    stop = files.read_json(_STOP) if _STOP.exists() else {}
    if "after" in stop and _counted() >= int(stop["after"]):
        _STOP.unlink(missing_ok=True)
        _COUNT.unlink(missing_ok=True)
        kill_caller()
    line = {"argv": masked(words), "user": user, "stdin_tty": sys.stdin is not None and sys.stdin.isatty()}
    with _VERBS.open("a") as log:
        log.write(json.dumps(line) + "\n")
    broken = files.read_json(_BROKEN) if _BROKEN.exists() else {}
    verb = _verb(words)
    if text := broken.get(verb, None if words[:1] == ["docker"] else broken.get("*")):
        raise RefusedError(text, bare=True)


def masked(words: list[str]) -> list[str]:
    """The words without the secrets among them."""
    verb = _verb(words)
    if verb.startswith("docker "):
        return _without_values(words)
    if verb in _SECRET_AFTER:
        keep = words.index(verb) + 1 + _SECRET_AFTER[verb]
        return words[:keep] + ["***"] * len(words[keep:])
    if verb == "config:set":
        return [_name_only(word) for word in words]
    return words


def _verb(words: list[str]) -> str:
    plain = [word for word in words if not word.startswith("--")]
    return " ".join(plain[: 2 if plain[:1] == ["docker"] else 1])


def _without_values(words: list[str]) -> list[str]:
    """docker's words without what `--env NAME=VALUE` hands over."""
    hidden = []
    for before, word in pairwise(["", *words]):
        if before in {"-e", "--env"}:
            hidden.append(_name_only(word))
        elif word.startswith("--env="):
            hidden.append("--env=" + _name_only(word.removeprefix("--env=")))
        else:
            hidden.append(word)
    return hidden


def _name_only(word: str) -> str:
    return word.split("=", 1)[0] + "=***" if "=" in word else word


def _counted() -> int:
    with files.locked(_COUNT):
        count = int(files.text(_COUNT) or 0) + 1
        _COUNT.write_text(str(count))
    return count


def kill_caller() -> None:
    """SIGKILL to the program that called, all that it runs, and this verb: every process group from here up to sshd's.

    A program may give its calls a group of their own, so that a Ctrl-C does not reach them.
    """
    groups = _groups()
    if not groups:  # a caller that gave us no group of our own: not the host's first process, please
        os.kill(os.getppid(), signal.SIGKILL)
    for group in reversed(groups):  # this verb's own comes last
        os.killpg(group, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _groups() -> list[int]:
    """The process groups of this verb and of those that called it, up to the host's own daemons."""
    daemons, found, pid = {0, os.getpgid(1)}, list[int](), os.getpid()
    while pid > 1 and (group := os.getpgid(pid)) not in daemons:
        if group not in found:
            found.append(group)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return found


def place(name: str) -> None:
    """A place inside a verb where a test may cut or slow it."""
    if _STOP.exists() and files.read_json(_STOP).get("at") == name:
        _STOP.unlink()
        kill_caller()
    if _PACE.exists():
        time.sleep(float(files.read_json(_PACE).get("pause", {}).get(name, 0)))
