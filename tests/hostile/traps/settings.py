"""Settings that any role may store for itself; some keep a raw text of its choice (ALTER ROLE … FROM CURRENT)."""

from collections.abc import Iterator

from tests.hostile.traps.names import literal

RAW = (
    "fruits;ALTER/**/ROLE/**/fruits/**/SUPERUSER;--",
    "fruits\nALTER ROLE fruits SUPERUSER;",
    "fruits', notes; ALTER ROLE fruits SUPERUSER; --",
    '"fruits, notes',
    "notes, fruits",
    "pg_temp, fruits, pg_catalog",
    "$user, notes",
)
_SETTINGS = {
    "role": "fruits",
    "application_name": "'; ALTER ROLE fruits SUPERUSER; --",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "serializable",
    "statement_timeout": "1",
    "lock_timeout": "1",
    "idle_session_timeout": "1",
    "client_encoding": "SQL_ASCII",
    "client_min_messages": "debug5",
    "standard_conforming_strings": "off",
    "quote_all_identifiers": "on",
    "check_function_bodies": "off",
    "row_security": "off",
    "datestyle": "German, DMY",
    "intervalstyle": "sql_standard",
    "timezone": "Asia/Kathmandu",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "xmlbinary": "hex",
    "transform_null_equals": "on",
    "array_nulls": "off",
    "default_tablespace": "",
    "temp_tablespaces": "",
    "default_table_access_method": "heap",
    "default_text_search_config": "simple",
    "local_preload_libraries": "plugin",
    "plpgsql.extra_errors": "all",
    "jit": "on",
    "jit_above_cost": "0",
    "debug_parallel_query": "on",
    "synchronous_commit": "off",
    "session_authorization": "postgres",
    "session_replication_role": "replica",
    "event_triggers": "off",
    "log_statement": "none",
    "zero_damaged_pages": "on",
    "allow_system_table_mods": "on",
    "ignore_system_indexes": "on",
    "session_preload_libraries": "plugin",
}


def settings() -> Iterator[tuple[str, str]]:
    """(name, SQL) of each; the last of a name stays. Many are refused."""
    for name, value in _SETTINGS.items():
        yield f"setting {name}", f"ALTER ROLE fruits IN DATABASE db SET {name} = {literal(value)}"
        yield f"setting {name} everywhere", f"ALTER ROLE fruits SET {name} = {literal(value)}"
    for text in RAW:
        for where in ("", " IN DATABASE db"):
            yield (
                f"raw search_path {text!r}{where}",
                f"SELECT set_config('search_path', {literal(text)}, false); "
                f"ALTER ROLE fruits{where} SET search_path FROM CURRENT",
            )
