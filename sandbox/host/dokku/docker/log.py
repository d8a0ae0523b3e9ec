"""Docker's log of a container: all that it prints, in a file on the host's disk, until `--rm` takes it away.

That is what `json-file`, Docker's default, does also for a client that reads the output itself: a dump of 1 GB on a
container's standard output takes more than 1 GB of the disk (loomchild/volume-backup#39), unless the words say
`--log-driver none`. The stand-in logs standard output only.
"""

import contextlib
import json
import secrets
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

CONTAINERS = Path("/var/lib/docker/containers")
_CHUNK = 16 * 1024  # Docker's own measure of a line


def run(words: list[str]) -> int:
    """Run the container, hand on what it prints, and log it meanwhile; its exit code."""
    identity = secrets.token_hex(32)
    folder = CONTAINERS / identity
    folder.mkdir(mode=0o710, parents=True)
    try:
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert process.stdout is not None
        with (folder / f"{identity}-json.log").open("w") as log:
            _copy(process.stdout, log)
        code = process.wait()
    except BrokenPipeError:
        process.kill()
        process.wait()
        return 128 + signal.SIGPIPE
    finally:
        shutil.rmtree(folder)
    return code


def _copy(stream: IO[bytes], log: IO[str]) -> None:
    while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]  # what Popen gives is buffered
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        line = {"log": chunk.decode(errors="replace"), "stream": "stdout", "time": datetime.now(UTC).isoformat()}
        with contextlib.suppress(OSError):  # a full disk loses the log, not the output
            log.write(json.dumps(line) + "\n")
            log.flush()
