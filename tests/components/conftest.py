"""Tokens of accounts, as every preview needs them."""

import pytest

from tests.support import program


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in program.TOKENS.items():
        monkeypatch.setenv(name, value)
