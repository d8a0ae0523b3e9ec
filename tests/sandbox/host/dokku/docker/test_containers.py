"""Commands in containers: `docker run` of the dump image, `docker exec` beside a service's server."""

import hashlib
import shlex
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.hosts.sandbox_host import SandboxHost

IMAGE = "dokku/s3backup:0.18.0"
_GPG = "gpg --batch --no-tty --quiet --pinentry-mode loopback --passphrase-fd 3"
_IN = f"docker run --rm --log-driver none --interactive --env WORD --entrypoint sh {IMAGE} -c"


def run(host: SandboxHost, command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return host.machine.run(["sh", "-c", command], stdin=stdin)


# docker run


def test_the_image_has_aws_and_gpg_and_the_host_has_no_aws(dokku: SandboxHost) -> None:
    look = "for name in aws gpg gzip tar; do command -v $name >/dev/null && echo $name; done"
    ran = run(dokku, f"docker run --rm --entrypoint sh {IMAGE} -c '{look}'; command -v aws")
    assert (ran.returncode, ran.stdout.split()) == (127, ["aws", "gpg", "gzip", "tar"])


def test_a_container_sees_no_file_of_the_host_but_what_is_mounted(dokku: SandboxHost) -> None:
    run(dokku, "mkdir -p /root/shared && echo mine >/root/secret && echo ours >/root/shared/file")
    words = f"docker run --rm --volume /root/shared:/data --entrypoint sh {IMAGE} -c"
    ran = run(dokku, f"{words} 'cat /data/file; cat /root/secret; echo back >/data/back; echo lost >/root/lost'")
    assert ran.stdout == "ours\n"
    assert "/root/secret: No such file or directory" in ran.stderr
    assert run(dokku, "cat /root/shared/back; ls /root").stdout == "back\nsecret\nshared\n"
    run(dokku, "rm -r /root/shared /root/secret")


def test_a_container_starts_without_what_the_last_one_left(dokku: SandboxHost) -> None:
    words = f"docker run --rm --entrypoint sh {IMAGE} -c"
    assert run(dokku, f"{words} 'touch /tmp/left'; {words} 'ls -A /tmp'").stdout == ""


def test_only_the_variables_that_are_named_go_in(dokku: SandboxHost) -> None:
    words = (
        f"export WORD=one OTHER=two; docker run --rm --env WORD --env SET=three --env ABSENT --entrypoint env {IMAGE}"
    )
    found = dict(line.split("=", 1) for line in run(dokku, words).stdout.splitlines())
    assert (found["WORD"], found["SET"], found["HOME"]) == ("one", "three", "/root")
    assert not {"OTHER", "ABSENT", "SHELL", "USER"} & found.keys()


def test_a_variable_that_is_passed_by_name_stands_in_no_process_list(dokku: SandboxHost) -> None:
    ran = run(dokku, f"IFS= read -r WORD; export WORD; {_IN} 'echo $WORD; ps -eo args'", "open-sesame\n")
    assert ran.stdout.count("open-sesame") == 1
    assert "container sh -c echo $WORD" in ran.stdout


def test_a_built_images_variables_are_in_its_containers(dokku: SandboxHost) -> None:
    run(dokku, f"printf 'FROM {IMAGE}\\nENV A=b\\n' | docker build --tag petbase/mine:1 -")
    assert run(dokku, "docker run --rm --entrypoint sh petbase/mine:1 -c 'echo $A'").stdout == "b\n"
    run(dokku, "docker rmi petbase/mine:1")


def test_stdin_reaches_an_interactive_container_only(dokku: SandboxHost) -> None:
    assert run(dokku, f"docker run --rm -i --entrypoint cat {IMAGE}", "words").stdout == "words"
    assert run(dokku, f"docker run --rm --entrypoint cat {IMAGE}", "words").stdout == ""


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (f"--entrypoint sh {IMAGE} -c 'exit 7'", 7, ""),
        (f"--entrypoint nothing {IMAGE}", 127, 'exec: "nothing": executable file not found in $PATH: unknown'),
        ("--entrypoint sh petbase/none:1", 125, "Unable to find image 'petbase/none:1' locally"),
        (f"--nonsense {IMAGE}", 125, "unknown flag: --nonsense"),
        ("--rm", 125, 'docker: "docker run" requires at least 1 argument.'),
    ],
)
def test_an_exit_code_is_the_commands_or_dockers(dokku: SandboxHost, words: str, code: int, error: str) -> None:
    ran = run(dokku, f"docker run --rm {words}")
    assert (ran.returncode, ran.stdout) == (code, "")
    assert ran.stderr.startswith(error)


def test_a_pipe_without_a_reader_ends_a_container(dokku: SandboxHost) -> None:
    assert run(dokku, f"docker run --rm --entrypoint yes {IMAGE} | head -n 1").stdout == "y\n"


def test_what_a_container_prints_lies_on_the_hosts_disk_unless_it_is_told_not_to(dokku: SandboxHost) -> None:
    inside = f"--entrypoint sh {IMAGE} -c 'head -c 1000000 /dev/zero; cat'"
    sizes = "du -cb /var/lib/docker/containers/*/*-json.log 2>/dev/null | tail -n 1 | cut -f 1"
    for option, least, most in (("", 1_000_000, 10_000_000), ("--log-driver none", 0, 0)):
        # The container waits for the end of its input, which comes when the log has been looked at.
        looked = f"{{ until [ $(wc -c </root/out) = 1000000 ]; do sleep 0.05; done; {sizes} >/root/size; }}"
        run(dokku, f": >/root/out; {looked} | docker run --rm -i {option} {inside} >/root/out")
        assert least <= int(run(dokku, "cat /root/size").stdout or 0) <= most
        assert run(dokku, "ls /var/lib/docker/containers").stdout == ""
    run(dokku, "rm /root/out /root/size")


def test_what_a_container_started_ends_with_it(dokku: SandboxHost) -> None:
    run(dokku, f"docker run --rm --entrypoint sh {IMAGE} -c 'sleep 4711 & exit 0'")
    assert run(dokku, "pgrep -f '^sleep 4711'").stdout == ""


def test_gpg_opens_what_it_locked_and_says_a_wrong_passphrase(dokku: SandboxHost) -> None:
    lock = f"{_GPG} --symmetric --cipher-algo AES256 3<<E\n$WORD\nE"
    unlock = f"{_GPG} --decrypt 3<<E\n$WORD\nE"
    run(dokku, f"export WORD=right; {_IN} {shlex.quote(lock)} >/root/locked", "a dump")
    assert run(dokku, f"export WORD=right; {_IN} {shlex.quote(unlock)} </root/locked").stdout == "a dump"
    wrong = run(dokku, f"export WORD=wrong; {_IN} {shlex.quote(unlock)} </root/locked")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "decryption failed: Bad session key" in wrong.stderr
    short = run(
        dokku, f"head -c 40 /root/locked >/root/short; export WORD=right; {_IN} {shlex.quote(unlock)} </root/short"
    )
    assert (short.returncode, short.stdout) == (2, "")
    run(dokku, "rm /root/locked /root/short; pkill gpg-agent")


# docker exec


@pytest.fixture(scope="module")
def beside(dokku: SandboxHost) -> Iterator[SandboxHost]:
    """The host with service `tools`, whose database has a table of 100 000 rows."""
    run(dokku, "dokku postgres:create tools")
    run(
        dokku,
        in_it(
            "psql -U postgres -d tools -qc 'CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 1e5) g'"
        ),
    )
    yield dokku
    run(dokku, "dokku postgres:destroy tools --force")


def in_it(words: str) -> str:
    return f"docker exec --interactive dokku.postgres.tools {words}"


def test_a_dump_goes_out_and_into_another_database(beside: SandboxHost) -> None:
    commands = [
        in_it("pg_dump --username postgres --format custom --no-owner tools") + " >/root/dump",
        in_it("pg_restore --list") + " </root/dump | grep -c 'TABLE DATA public t'",
        in_it("createdb --username postgres --template template0 scratch"),
        in_it("pg_restore --username postgres --exit-on-error --dbname scratch") + " </root/dump",
        in_it("psql --username postgres --dbname scratch -Atc 'SELECT count(*), max(g) FROM t'"),
    ]
    ran = run(beside, " && ".join(commands))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "1\n100000|100000\n", "")
    again = run(beside, in_it("pg_restore --username postgres --exit-on-error --dbname scratch") + " </root/dump")
    assert again.returncode == 1
    assert 'relation "t" already exists' in again.stderr
    assert run(beside, in_it("dropdb --username postgres --if-exists --force scratch")).returncode == 0
    absent = run(beside, in_it("dropdb --username postgres --if-exists --force scratch"))
    assert (absent.returncode, absent.stderr) == (0, 'NOTICE:  database "scratch" does not exist, skipping\n')


def test_a_dump_that_is_cut_short_does_not_parse(beside: SandboxHost) -> None:
    run(beside, in_it("pg_dump --username postgres --format custom tools") + " >/root/dump")
    assert run(beside, "head -c 100 /root/dump | " + in_it("pg_restore --list")).returncode == 1


def test_a_large_file_comes_through_stdin_unchanged(beside: SandboxHost) -> None:
    made = "head -c 50000000 /dev/zero | tr '\\0' x"
    ran = run(beside, f"{made} | {in_it('sha256sum')}")
    assert ran.stdout.split()[0] == hashlib.sha256(b"x" * 50_000_000).hexdigest()


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        ("psql -U postgres -d none -c 'SELECT 1'", 2, 'FATAL:  database "none" does not exist'),
        ("psql -U postgres -d tools -v ON_ERROR_STOP=1 -c 'SELECT x'", 1, 'ERROR:  column "x" does not exist'),
        ("psql -U nobody -d tools -c 'SELECT 1'", 2, 'FATAL:  role "nobody" does not exist'),
        ("createdb -U postgres tools", 1, 'database "tools" already exists'),
        ("pg_restore --list /root/dump", 1, 'could not open input file "/root/dump": No such file or directory'),
        ("nothing", 127, "executable file not found in $PATH"),
    ],
)
def test_a_tools_failure_is_its_own(beside: SandboxHost, words: str, code: int, error: str) -> None:
    ran = run(beside, in_it(words))
    assert ran.returncode == code
    assert error in ran.stderr


def test_stdin_reaches_an_interactive_exec_only(beside: SandboxHost) -> None:
    query = "psql -U postgres -d tools -At"
    assert run(beside, in_it(query), "SELECT 1;").stdout == "1\n"
    assert run(beside, f"docker exec dokku.postgres.tools {query}", "SELECT 1;").stdout == ""


def test_the_socket_asks_for_no_password_and_an_address_does(beside: SandboxHost) -> None:
    run(beside, in_it("psql -U postgres -d tools -qc \"CREATE ROLE guest LOGIN PASSWORD 'x'\""))
    assert run(beside, in_it("psql -U guest -d tools -Atc 'SELECT current_user'")).stdout == "guest\n"
    refused = run(beside, in_it("psql -h localhost -U guest -d tools -c 'SELECT 1'"))
    assert refused.returncode == 2
    assert 'password authentication failed for user "guest"' in refused.stderr
    run(beside, in_it("psql -U postgres -d tools -qc 'DROP ROLE guest'"))


def test_what_lies_in_a_containers_tmp_stays_there_until_it_goes(beside: SandboxHost) -> None:
    assert run(beside, f"{in_it('touch /tmp/kept')}; {in_it('ls /tmp')}; ls /tmp/kept").stdout == "kept\n"


def test_the_data_lies_where_the_image_has_it(beside: SandboxHost) -> None:
    assert (
        run(beside, in_it("sh -c 'cat $PGDATA/PG_VERSION; echo $PGDATA'")).stdout
        == "18\n/var/lib/postgresql/18/docker\n"
    )
