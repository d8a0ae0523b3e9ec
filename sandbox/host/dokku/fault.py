"""What tests read and steer: a line for each call, a stop before the N-th one, a verb that fails.

Only the stand-in has this. The files are JSON objects under /run/petbase:

    stop    {"after": N}: the N-th call from then on kills the script that makes it, before it does anything
            {"at": "PLACE"}: kills inside a verb, at the place of that name
    pace    {"pause": {"PLACE": seconds}}: waits at that place
    broken  {"VERB": "text"}: that verb (`*`: every one) prints the text and answers 1
    verbs.jsonl, count: the calls so far, and how many of them a stop has counted
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

from sandbox.host.dokku import files
from sandbox.host.dokku.paths import RUN
from sandbox.host.dokku.say import RefusedError

INNER = "DOKKU_SANDBOX_INNER"
_STOP, _COUNT, _VERBS, _PACE, _BROKEN = (RUN / name for name in ("stop", "count", "verbs.jsonl", "pace", "broken"))
# The words behind these verbs' service are secrets; config's are, too, from the `=` on.
_SECRET_AFTER = {"postgres:backup-auth": 1, "postgres:backup-set-encryption": 1}


def top_level(words: list[str], user: str) -> None:
    """Log a call that no other Dokku made, and stop here if a test wants it."""
    if os.environ.get(INNER):
        return
    os.environ[INNER] = "1"
    RUN.mkdir(parents=True, exist_ok=True)
    stop = files.read_json(_STOP) if _STOP.exists() else {}
    if "after" in stop and _counted() >= int(stop["after"]):
        _STOP.unlink(missing_ok=True)
        _COUNT.unlink(missing_ok=True)
        kill_script()
    line = {"argv": masked(words), "user": user, "stdin_tty": sys.stdin is not None and sys.stdin.isatty()}
    with _VERBS.open("a") as log:
        log.write(json.dumps(line) + "\n")
    broken = files.read_json(_BROKEN) if _BROKEN.exists() else {}
    verb = next((word for word in words if not word.startswith("--")), "")
    if text := broken.get(verb, broken.get("*")):
        raise RefusedError(text, bare=True)


def masked(words: list[str]) -> list[str]:
    """The words without the secrets among them."""
    verb = next((word for word in words if not word.startswith("--")), "")
    if verb in _SECRET_AFTER:
        keep = words.index(verb) + 1 + _SECRET_AFTER[verb]
        return words[:keep] + ["***"] * len(words[keep:])
    if verb == "config:set":
        return [word.split("=", 1)[0] + "=***" if "=" in word else word for word in words]
    return words


def _counted() -> int:
    with files.locked(_COUNT):
        count = int(files.text(_COUNT) or 0) + 1
        _COUNT.write_text(str(count))
    return count


def kill_script() -> None:
    """SIGKILL to this process's group: the script that called, its pipes, and this verb."""
    group = os.getpgrp()
    if group in {0, os.getpgid(1)}:  # a caller that gave us no group of our own: not the host's first process, please
        os.kill(os.getppid(), signal.SIGKILL)
    else:
        os.killpg(group, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def place(name: str) -> None:
    """A place inside a verb where a test may cut or slow it."""
    if _STOP.exists() and files.read_json(_STOP).get("at") == name:
        _STOP.unlink()
        kill_script()
    if _PACE.exists():
        time.sleep(float(files.read_json(_PACE).get("pause", {}).get(name, 0)))
