"""One call of aws: which service, and what its failures answer."""

import signal
import sys

from sandbox.host.aws import s3, s3api
from sandbox.host.aws.request import CallError
from sandbox.host.aws.words import UsageError, command

_SERVICES = {"s3": s3.run, "s3api": s3api.run}


def main(words: list[str]) -> int:
    """The exit code: 252 wrong words, 253 no credentials, 254 the store refused, 255 anything else."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if words[:2] == ["configure", "set"]:  # the image's backup.sh: nothing outlives a container
        return 0
    service, operation = command(words)
    try:
        if service not in _SERVICES:
            raise UsageError(f"(stand-in) argument command: the sandbox's aws knows {', '.join(_SERVICES)}")
        return _SERVICES[service](operation, words)
    except UsageError as error:
        return _failed(f"aws: [ERROR]: {error}", 252)
    except CallError as error:
        more = '. You can configure credentials by running "aws configure".' if error.code == 253 else ""
        return _failed(f"{error}{more}", error.code)
    except OSError as error:
        return _failed(str(error), 255)


def _failed(text: str, code: int) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"\n{text}\n")
    sys.stderr.flush()
    return code
