"""Send a dump to an S3 store the way the backup image's aws-cli does.

By default with checksum headers; without them where the image's variables say so.
"""

from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def send(path: Path, bucket: str, key: str, variables: dict[str, str]) -> str:
    """Upload; the reason when it fails, in the client's words."""
    if "AWS_ACCESS_KEY_ID" not in variables:
        return "Unable to locate credentials"
    client = boto3.client(
        "s3",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        # A region that was never given reaches the image as this word.
        region_name=variables.get("AWS_DEFAULT_REGION", "null"),
        endpoint_url=variables.get("ENDPOINT_URL"),
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"max_attempts": 2},
            request_checksum_calculation=variables.get("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported"),
            response_checksum_validation=variables.get("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported"),
        ),
    )
    try:
        with path.open("rb") as body:
            client.upload_fileobj(body, bucket, key)
    except (ClientError, BotoCoreError) as error:
        return str(error)
    return ""
