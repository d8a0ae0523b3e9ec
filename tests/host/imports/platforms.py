"""Databases as platforms have them: what each puts into a database beside the app's own tables.

Stand-ins, made on a real PostgreSQL and dumped by the real pg_dump. Extensions that this PostgreSQL lacks come into a
dump's text by `with_extension`, in the words of pg_dump.
"""

APP = """
CREATE TABLE public.items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
INSERT INTO public.items (name) VALUES ('apple'), ('banana');
CREATE VIEW public.names AS SELECT name FROM public.items;
"""
# The roles, schemas, triggers and grants of a project, after supabase/postgres' migrations.
SUPABASE = """
CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS;
CREATE ROLE supabase_admin SUPERUSER; CREATE ROLE supabase_auth_admin NOLOGIN; CREATE ROLE authenticator NOLOGIN;
GRANT anon, authenticated, service_role TO authenticator;
CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin; CREATE SCHEMA storage AUTHORIZATION supabase_admin;
CREATE SCHEMA extensions; CREATE SCHEMA graphql_public; CREATE SCHEMA vault;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text); INSERT INTO auth.users VALUES
  ('11111111-1111-1111-1111-111111111111', 'me@example.com');
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
CREATE TABLE storage.objects (id int PRIMARY KEY, owner uuid REFERENCES auth.users);
CREATE FUNCTION graphql_public.graphql() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION extensions.pgrst_ddl_watch() RETURNS event_trigger LANGUAGE plpgsql AS
  $$ BEGIN NOTIFY pgrst, 'reload schema'; END $$;
CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end EXECUTE FUNCTION extensions.pgrst_ddl_watch();
CREATE PUBLICATION supabase_realtime;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
"""
SUPABASE_APP = """
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE,
  owner uuid DEFAULT auth.uid(), name text);
INSERT INTO public.profiles VALUES ('11111111-1111-1111-1111-111111111111', NULL, 'me');
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own rows" ON public.profiles FOR ALL TO authenticated USING (auth.uid() = id);
CREATE POLICY "for all" ON public.profiles FOR SELECT USING (true);
CREATE FUNCTION public.handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
  $$ BEGIN INSERT INTO public.profiles (id) VALUES (new.id); RETURN new; END $$;
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();
"""
# A database of Heroku Postgres: extensions live in heroku_ext, and event triggers in _heroku watch over them.
HEROKU = """
CREATE ROLE u4ab7cd LOGIN; CREATE SCHEMA heroku_ext; CREATE SCHEMA _heroku;
CREATE FUNCTION _heroku.create_ext() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN END $$;
CREATE EVENT TRIGGER log_create_ext ON ddl_command_end EXECUTE FUNCTION _heroku.create_ext();
CREATE EXTENSION vector SCHEMA heroku_ext; COMMENT ON EXTENSION vector IS 'vector data type';
CREATE TABLE public.vectors (v heroku_ext.vector(2)); INSERT INTO public.vectors VALUES ('[1,2]');
CREATE FUNCTION public.near() RETURNS bool LANGUAGE sql SET search_path = public, heroku_ext AS
  $$ SELECT true $$;
ALTER TABLE public.items OWNER TO u4ab7cd; ALTER TABLE public.vectors OWNER TO u4ab7cd;
GRANT ALL ON SCHEMA public TO u4ab7cd;
"""
_EXTENSION = """--
-- Name: {name}; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {schema};


--
-- Name: EXTENSION {name}; Type: COMMENT; Schema: -; Owner:
--

COMMENT ON EXTENSION {name} IS 'of the platform';


"""
_BEFORE = "SET default_tablespace = '';"


def with_extension(dump: bytes, name: str, schema: str) -> bytes:
    """A dump in plain SQL that makes one extension more, where pg_dump makes them."""
    before, found, after = dump.partition(_BEFORE.encode())
    assert found
    return before + _EXTENSION.format(name=name, schema=schema).encode() + found + after
