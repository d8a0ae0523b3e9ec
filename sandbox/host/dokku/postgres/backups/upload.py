"""Send a dump to an S3 store the way the backup image's aws-cli does.

By default with checksum headers; without them where the image's variables say so.
"""

import os
from pathlib import Path

from sandbox.host.aws import s3
from sandbox.host.aws.client import Client
from sandbox.host.aws.request import CallError
from sandbox.host.aws.words import Words


def send(path: Path, bucket: str, key: str, variables: dict[str, str]) -> str:
    """Upload; the reason when it fails, in the client's words."""
    os.environ.update(variables)
    # A region that was never given reaches the image as this word.
    own = {"endpoint-url": variables.get("ENDPOINT_URL", ""), "region": variables.get("AWS_DEFAULT_REGION", "null")}
    try:
        with path.open("rb") as body:
            s3.upload(Client.of(Words(own=own)), (bucket, key), body, {})
    except CallError as error:
        return str(error)
    return ""
