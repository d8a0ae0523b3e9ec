"""What `postgres:export` gives and `postgres:import` does with it (records 284-298)."""

import subprocess

from tests.contract.support.made import Made
from tests.contract.support.target import Target


def _sql(target: Target, service: str, text: str) -> str:
    answer = target.run("dokku", f"postgres:connect {service}", text.encode())
    assert answer.rc == 0, answer
    return answer.stdout


def _bytes(target: Target, command: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    words = target.words("dokku", command)
    return subprocess.run(words, input=stdin, capture_output=True, check=False, timeout=60)


def _dump(target: Target, service: str) -> bytes:
    done = _bytes(target, f"postgres:export {service}")
    assert (done.returncode, done.stderr, done.stdout[:5]) == (0, b"", b"PGDMP")
    return done.stdout


def test_an_import_brings_back_rows_and_leaves_newer_tables(target: Target, made: Made) -> None:
    service = made.service()
    _sql(target, service, "create table t as select g id from generate_series(1, 1000) g;")
    dump = _dump(target, service)
    _sql(target, service, "delete from t where id > 10; create table after_backup(i int);")
    done = _bytes(target, f"postgres:import {service}", dump)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    rows = _sql(target, service, "\\t on\nselect count(*) from t; select count(*) from after_backup;")
    assert rows.split()[-2:] == ["1000", "0"]


def test_an_import_onto_a_conflict_is_half_applied_and_exit_1(target: Target, made: Made) -> None:
    service = made.service()
    _sql(target, service, "create table t as select g id from generate_series(1, 10) g;")
    dump = _dump(target, service)
    _sql(target, service, "alter table t add primary key(id); create table child(t_id int references t(id));")
    done = _bytes(target, f"postgres:import {service}", dump)
    assert done.returncode == 1
    assert b"cannot drop table public.t because other objects depend on it" in done.stderr
    assert done.stderr.endswith(b"pg_restore: warning: errors ignored on restore: 3\n")


def test_owners_and_grants_are_not_in_a_dump(target: Target, made: Made) -> None:
    service = made.service()
    role = f"r_{service}"
    _sql(
        target, service, f"create role {role} login; create schema own authorization {role}; create table own.t(i int);"
    )
    _sql(target, service, f"alter table own.t owner to {role};")
    done = _bytes(target, f"postgres:import {service}", _dump(target, service))
    assert done.returncode == 0, done.stderr
    owners = _sql(target, service, "\\t on\n\\a\nselect tableowner from pg_tables where schemaname = 'own';")
    assert owners.split()[-1] == "postgres"
