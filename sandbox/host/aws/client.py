"""The client that signs and sends: boto3, told what the words and the environment say."""

import os
from typing import Any

import boto3
from botocore.config import Config

from sandbox.host.aws.words import Words


def s3(words: Words) -> Any:
    """An S3 client. Credentials come from the environment only: a container has no configuration files."""
    os.environ.setdefault("AWS_RETRY_MODE", "standard")  # version 2's default: three attempts
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    timeouts = {
        name: float(words.own[option]) or None
        for name, option in (("read_timeout", "cli-read-timeout"), ("connect_timeout", "cli-connect-timeout"))
        if option in words.own
    }
    return boto3.client(
        "s3",
        endpoint_url=words.own.get("endpoint-url") or os.environ.get("AWS_ENDPOINT_URL"),
        region_name=words.own.get("region") or os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION"),
        config=Config(**timeouts),
    )
