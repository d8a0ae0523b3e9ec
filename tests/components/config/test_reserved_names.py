"""Names that PostgreSQL or Petbase has taken: a schema by such a name would open what is not the app's."""

import pytest

from tests.components.config.judged import problems
from tests.components.estates import estate


@pytest.mark.parametrize("name", ["postgres", "none", "public", "information_schema", "pg_toast"])
def test_a_schema_whose_owner_would_be_a_role_of_postgresql_is_refused(name: str) -> None:
    """The owner of a schema is the role of its name: `schema: postgres` would make the app a superuser."""
    assert problems(estate(apps={"web": {"schema": name}})) == [
        f'apps.web.schema: "{name}" belongs to PostgreSQL; choose another schema name'
    ]


def test_an_app_that_would_own_the_schema_of_the_extensions_is_refused() -> None:
    """Every app's search_path has that schema in it: who owns it could slip functions under the others."""
    assert problems(estate(apps={"extensions": {}})) == [
        'apps.extensions: "extensions" holds the extensions of all apps; rename the app'
    ]
    assert problems(estate(apps={"extensions": {"access": "superuser"}})) == []


@pytest.mark.parametrize("name", ["user", "select", "group", "9lives", "my.app", "a" * 63])
def test_words_of_sql_are_names_like_any_other(name: str) -> None:
    assert problems(estate(apps={name: {"domains": ["a.example.com"]}, "web": {"schema": name}})) == []
