"""Whether a password is a role's own, by what a real PostgreSQL keeps of it."""

import pytest

from host.postgres.passwords import is_of, verifiers
from tests.host.postgres.real import Database


@pytest.mark.parametrize("encryption", ["scram-sha-256", "md5"])
def test_a_password_is_known_by_its_verifier(database: Database, encryption: str) -> None:
    database.run(f"SET password_encryption = '{encryption}'; CREATE ROLE fruits LOGIN PASSWORD 'c0ffee'")
    found = verifiers(database.psql)["fruits"]
    assert (is_of("fruits", "c0ffee", found), is_of("fruits", "c0ffee ", found)) == (True, False)


def test_a_role_without_a_password_opens_to_none(database: Database) -> None:
    database.run("CREATE ROLE fruits LOGIN")
    assert is_of("fruits", "c0ffee", verifiers(database.psql)["fruits"]) is False
