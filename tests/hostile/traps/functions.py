"""The functions that every hiding place of a hostile app calls. Each is called with the name of its place."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.traps.payloads import PAYLOADS

STATEMENTS = tuple(PAYLOADS.values())

_RAN = re.compile(r"LOG: +hostile ran: (.*?)\|(.*?)\|(.*?)\|([tf])\|([tf])$", re.MULTILINE)

# Once a place in a session: a check runs for each row.
_ACT = """
CREATE TABLE stolen (what text);
-- Where an error that is caught would do harm to PostgreSQL itself: a buffer is locked.
CREATE FUNCTION ran(place text, x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  said text := 'hostile.r' || md5(place);
BEGIN
  IF current_setting(said, true) <> '' THEN RETURN x; END IF;
  PERFORM set_config(said, 'ran', false);
  RAISE LOG 'hostile ran: %|%|%|%|%', place, session_user, current_user,
    (SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname IN (session_user, current_user)),
    (SELECT COALESCE(bool_or(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')), false)
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE (nspname, relname) = ('notes', 'notes'));
  RETURN x;
END $$;
CREATE FUNCTION act(place text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  said text := 'hostile.p' || md5(place);
  statement text;
BEGIN
  IF current_setting(said, true) <> '' THEN RETURN; END IF;
  PERFORM set_config(said, 'ran', false);
  PERFORM fruits.ran(place, 1);
  FOREACH statement IN ARRAY fruits.statements() LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN OTHERS THEN
    END;
  END LOOP;
END $$;
CREATE FUNCTION i(place text, x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
  $$ BEGIN PERFORM fruits.act(place); RETURN x; END $$;
CREATE FUNCTION b(place text, x anyelement) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS
  $$ BEGIN PERFORM fruits.act(place); RETURN true; END $$;
CREATE FUNCTION d(place text, x int) RETURNS int IMMUTABLE SECURITY DEFINER LANGUAGE plpgsql AS
  $$ BEGIN PERFORM fruits.act(place); RETURN x; END $$;
CREATE FUNCTION q(place text, x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT fruits.i(place, x)';
CREATE FUNCTION w(place text, x int) RETURNS int IMMUTABLE SET search_path = pg_catalog SET work_mem = '1MB'
  LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.act(place); RETURN x; END $$;
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM fruits.act(TG_NAME); RETURN COALESCE(NEW, OLD); END $$;
"""


def functions(escape: Path) -> str:
    """SQL of the app's own. What escapes writes files whose names begin with `escape`."""
    tried = [statement.replace("{escape}", f"{escape}{n}").replace("'", "''") for n, statement in enumerate(STATEMENTS)]
    array = ", ".join(f"'{statement}'" for statement in tried)
    made = f"CREATE FUNCTION statements() RETURNS text[] IMMUTABLE LANGUAGE sql AS $body$ SELECT ARRAY[{array}] $body$;"
    return made + _ACT


@dataclass(frozen=True)
class Run:
    """One run of a hiding place's function: as whom, and whether that was a superuser or could read the neighbour."""

    place: str
    session: str
    role: str
    mighty: bool
    sees: bool


def runs(log: str) -> list[Run]:
    return [
        Run(place, session, role, super_ == "t", sees == "t")
        for place, session, role, super_, sees in _RAN.findall(log)
    ]
