"""Settings of roles and databases, copied to a restored database: whatever text they are."""

from host.placing.settle import copy_settings
from host.scratch.database import RESTORED, create_like_live
from tests.host.container import SERVICE, Container
from tests.host.scratch.loaded import MIGHTY

COPIED = """
SELECT COALESCE(rolname, '')::text, setconfig FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
LEFT JOIN pg_roles r ON r.oid = setrole WHERE datname = '{}' ORDER BY 1
"""


def test_all_settings_and_grants_are_as_in_the_live_database(container: Container) -> None:
    container.app("fruits")
    container.app("notes")
    container.sql(
        f'ALTER DATABASE "{SERVICE}" SET search_path = "$user", public, extensions;'
        f'ALTER DATABASE "{SERVICE}" CONNECTION LIMIT 90;'
        f"ALTER ROLE fruits IN DATABASE {SERVICE} SET statement_timeout = '30s';"
        f"ALTER ROLE fruits IN DATABASE {SERVICE} SET my.own = 'a''b, c\\\\';"
        f"ALTER ROLE notes IN DATABASE {SERVICE} SET search_path = ''"
    )
    create_like_live(container.host, SERVICE, RESTORED)
    container.sql(f"ALTER ROLE fruits IN DATABASE {RESTORED} SET work_mem = '1GB'")
    copy_settings(container.host, SERVICE, RESTORED)
    assert container.sql(COPIED.format(RESTORED)) == container.sql(COPIED.format(SERVICE))
    limits = (
        "SELECT datconnlimit, has_database_privilege('fruits', oid, 'CONNECT') FROM pg_database WHERE datname = '{}'"
    )
    assert container.sql(limits.format(RESTORED)) == [(90, True)]


def test_c2_a_setting_of_a_tenants_own_text_is_no_statement(container: Container) -> None:
    container.app("fruits")
    container.sql(
        "SELECT set_config('search_path', 'fruits;ALTER/**/ROLE/**/fruits/**/SUPERUSER;--', false);"
        f"ALTER ROLE fruits IN DATABASE {SERVICE} SET search_path FROM CURRENT",
        role="fruits",
    )
    create_like_live(container.host, SERVICE, RESTORED)
    copy_settings(container.host, SERVICE, RESTORED)
    assert container.sql(MIGHTY) == []
    ((_, (setting,)),) = container.sql(COPIED.format(RESTORED))
    assert setting == 'search_path="fruits;alter/**/role/**/fruits/**/superuser;--"'


def test_a_setting_that_means_nothing_stops_no_restore(container: Container) -> None:
    container.app("fruits")
    container.sql(f"ALTER ROLE fruits IN DATABASE {SERVICE} SET default_text_search_config = 'gone'")
    container.sql(
        "UPDATE pg_db_role_setting SET setconfig = setconfig || ARRAY['work_mem=many', 'search_path=\"x']"
        " WHERE setrole = 'fruits'::regrole"
    )
    container.sql(f"ALTER ROLE fruits IN DATABASE {SERVICE} SET statement_timeout = '7s'")
    create_like_live(container.host, SERVICE, RESTORED)
    copy_settings(container.host, SERVICE, RESTORED)
    ((_, settings),) = container.sql(COPIED.format(RESTORED))
    assert "statement_timeout=7s" in settings
    assert container.printed() == ["db: the setting work_mem of the role fruits means nothing, and is left out"]
