"""The S3 client, with what R2 wants of it."""

from typing import Any


def client(
    endpoint: str, region: str, access_key_id: str, secret_access_key: str, session_token: str | None = None
) -> Any:
    """A client for one store with one key. boto3 makes its classes at run time."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            # R2 refuses the checksums that newer clients send by default.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=10,
            read_timeout=60,
            retries={"total_max_attempts": 3, "mode": "standard"},
            max_pool_connections=32,
        ),
    )
