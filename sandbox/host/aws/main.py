"""One call of aws: which service, and what its failures answer."""

import signal
import sys

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
)

from sandbox.host.aws import s3, s3api
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
    except (UsageError, ParamValidationError) as error:
        return _failed(f"aws: [ERROR]: {error}", 252)
    except (NoCredentialsError, PartialCredentialsError, NoRegionError) as error:
        return _failed(f'{error}. You can configure credentials by running "aws configure".', 253)
    except ClientError as error:
        return _failed(str(error), 254)
    except (BotoCoreError, OSError) as error:
        return _failed(str(error), 255)


def _failed(text: str, code: int) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"\n{text}\n")
    sys.stderr.flush()
    return code
