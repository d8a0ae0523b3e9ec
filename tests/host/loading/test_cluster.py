"""What counts as a change of the service while a dump is loaded."""

import pytest

from host.core.errors import HostError
from host.loading.cluster import unchanged
from tests.host.container import SERVICE, Container

INTO = "petbase_restore"


@pytest.fixture
def two(container: Container) -> Container:
    container.app("shop")
    container.sql('CREATE DATABASE "old"', "postgres")
    container.sql("ALTER ROLE shop IN DATABASE old SET work_mem = '8MB'")
    container.sql("CREATE ROLE ann IN ROLE shop; CREATE ROLE ben IN ROLE shop")
    return container


@pytest.mark.parametrize(
    "sql",
    [
        """ALTER ROLE shop IN DATABASE db SET search_path = shop, extensions""",
        "REVOKE shop FROM ann; GRANT shop TO ann",
        "CREATE DATABASE petbase_restore",
    ],
)
def test_what_is_the_same_in_another_order_is_no_change(two: Container, sql: str) -> None:
    with unchanged(two.host, SERVICE, INTO):
        for statement in sql.split(";"):
            two.sql(statement)


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("ALTER ROLE shop IN DATABASE old SET work_mem = '9MB'", "settings of shop"),
        ("ALTER DATABASE old SET work_mem = '9MB'", "settings of all roles (new)"),
        ("REVOKE shop FROM ann", "members of shop"),
        ("GRANT shop TO ann WITH ADMIN OPTION", "members of shop"),
        ("ALTER ROLE ann CREATEDB", "role ann (createdb)"),
        ("CREATE ROLE eve", "role eve (new)"),
        ("ALTER DATABASE old OWNER TO shop", "database old"),
    ],
)
def test_what_changed_is_named(two: Container, sql: str, what: str) -> None:
    with pytest.raises(HostError) as problem, unchanged(two.host, SERVICE, INTO):
        two.sql(sql)
    assert str(problem.value) == (
        f"db: while the dump was loaded, this changed: {what}. Unless someone you know did it, something in the dump "
        "did: look at these roles before anything else, and at ./petbase doctor"
    )
