"""A pretend Cloudflare account, and the store that its buckets are in."""

from pathlib import Path

import pytest

from tests.support.pulumi.providers import Asking, account


@pytest.fixture
def cloudflare(tmp_path: Path) -> Asking:
    return account(tmp_path, "cloudflare")


@pytest.fixture
def s3(tmp_path: Path) -> Path:
    return tmp_path / "store"
