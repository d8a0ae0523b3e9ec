"""Tokens of accounts, as every preview needs them."""

from collections.abc import Iterator

import pytest

from tests.support.pulumi import program


@pytest.fixture(scope="module", autouse=True)
def tokens() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in program.TOKENS.items():
            patch.setenv(name, value)
        yield
