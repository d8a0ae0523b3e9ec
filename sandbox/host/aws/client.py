"""The client that signs and sends: botocore, told what the words and the environment say."""

import os
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

from sandbox.host.aws.words import Words


class _S3Alone(Loader):  # type: ignore[misc]  # botocore has no types
    """Knows one service: to look for four hundred takes longer than a call."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
        return ["s3"]


@cache
def session() -> Any:
    """What a command asks for the service's model and for its client."""
    made = Session()
    made.register_component("data_loader", _S3Alone())
    return made


def s3(words: Words) -> Any:
    """An S3 client. Credentials come from the environment only: a container has no configuration files."""
    os.environ.setdefault("AWS_RETRY_MODE", "standard")  # version 2's default: three attempts
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    timeouts = {
        name: float(words.own[option]) or None
        for name, option in (("read_timeout", "cli-read-timeout"), ("connect_timeout", "cli-connect-timeout"))
        if option in words.own
    }
    return session().create_client(
        "s3",
        endpoint_url=words.own.get("endpoint-url") or os.environ.get("AWS_ENDPOINT_URL"),
        region_name=words.own.get("region") or os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION"),
        config=Config(**timeouts),
    )
