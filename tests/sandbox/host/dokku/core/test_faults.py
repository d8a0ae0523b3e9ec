"""The hooks by which tests cut a script at a verb, slow it, and see what it called."""

import json
from collections.abc import Iterator

import pytest

from tests.support.hosts.sandbox_host import SandboxHost


@pytest.fixture(autouse=True)
def _clean(dokku: SandboxHost) -> Iterator[None]:
    _clear(dokku)
    yield
    _clear(dokku)


def _clear(dokku: SandboxHost) -> None:
    for name in ("stop", "count", "broken", "pace", "verbs.jsonl"):
        (dokku.machine.root / "run/petbase" / name).unlink(missing_ok=True)


def _steer(dokku: SandboxHost, name: str, value: object) -> None:
    (dokku.machine.root / "run/petbase" / name).write_text(json.dumps(value))


def _calls(dokku: SandboxHost) -> list[list[str]]:
    rows = (dokku.machine.root / "run/petbase/verbs.jsonl").read_text().splitlines()
    return [json.loads(row)["argv"] for row in rows]


def test_a_script_is_killed_before_its_third_verb(dokku: SandboxHost) -> None:
    _steer(dokku, "stop", {"after": 3})
    answer = dokku.ssh("dokku version; echo one; dokku version; echo two; dokku apps:create never; echo three")
    assert answer.stdout.split("\n")[1::2] == ["one", "two"]
    assert answer.returncode != 0
    assert dokku.ssh("dokku apps:exists never").returncode == 20
    assert not (dokku.machine.root / "run/petbase/stop").exists()


def test_only_calls_made_while_a_stop_waits_are_counted(dokku: SandboxHost) -> None:
    dokku.ssh("dokku version; dokku version")
    _steer(dokku, "stop", {"after": 2})
    assert dokku.ssh("dokku version; echo one; dokku version; echo two").stdout.endswith("one\n")


def test_a_script_that_ignores_hang_ups_is_killed_all_the_same(dokku: SandboxHost) -> None:
    _steer(dokku, "stop", {"after": 1})
    answer = dokku.ssh("trap '' HUP PIPE; ( dokku version ); echo alive")
    assert "alive" not in answer.stdout


def test_the_host_survives_a_stop(dokku: SandboxHost) -> None:
    _steer(dokku, "stop", {"after": 1})
    dokku.ssh("dokku version")
    assert dokku.ssh("echo there").stdout == "there\n"


_PROGRAM = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
for words in ({calls}):
    print(words, flush=True)
    subprocess.run(words.split(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True{more})
print("end", flush=True)
"""
_CALLS = '"dokku version", "docker ps", "dokku apps:create never"'


@pytest.mark.parametrize("more", ["", ", start_new_session=True", ", process_group=0"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_python_program_is_killed_before_its_nth_call_of_dokku_or_docker(
    dokku: SandboxHost, n: int, more: str
) -> None:
    _steer(dokku, "stop", {"after": n})
    ran = dokku.ssh("exec python3 -", stdin=_PROGRAM.format(calls=_CALLS, more=more))
    assert ran.stdout.splitlines() == ["dokku version", "docker ps", "dokku apps:create never"][:n]
    assert (ran.returncode, ran.stderr) == (255, "")
    assert dokku.ssh("pgrep -x python3 || echo none").stdout == "none\n"
    assert dokku.ssh("dokku apps:exists never").returncode == 20


def test_a_python_program_that_ends_before_the_nth_call_is_left_alone(dokku: SandboxHost) -> None:
    _steer(dokku, "stop", {"after": 3})
    ran = dokku.ssh("exec python3 -", stdin=_PROGRAM.format(calls='"dokku version", "docker ps"', more=""))
    assert ran.stdout.endswith("end\n")
    assert (dokku.machine.root / "run/petbase/stop").exists()


def test_calls_of_docker_are_logged_without_the_values_of_variables(dokku: SandboxHost) -> None:
    dokku.ssh("docker exec -e A=s3cret --env=B=s3cret --env C --env D=s3cret nothing psql; docker container inspect x")
    assert _calls(dokku) == [
        ["docker", "exec", "-e", "A=***", "--env=B=***", "--env", "C", "--env", "D=***", "nothing", "psql"],
        ["docker", "inspect", "x"],
    ]


def test_what_a_verb_calls_itself_does_not_count(dokku: SandboxHost) -> None:
    _steer(dokku, "stop", {"after": 2})
    assert dokku.ssh("DOKKU_SANDBOX_INNER=1 docker ps; dokku version; echo one; docker ps; echo two").stdout.endswith(
        "one\n"
    )


def test_a_broken_word_of_docker_answers_1_with_its_text_and_the_others_work(dokku: SandboxHost) -> None:
    _steer(dokku, "broken", {"docker exec": "Cannot connect to the Docker daemon", "*": "dokku is broken"})
    answer = dokku.ssh("docker exec x true")
    assert (answer.returncode, answer.stderr) == (1, "Cannot connect to the Docker daemon\n")
    assert dokku.ssh("docker ps").returncode == 0


def test_every_call_is_logged_without_its_secrets(dokku: SandboxHost) -> None:
    dokku.ssh("dokku postgres:backup-auth db KEY s3cret; dokku postgres:backup-set-encryption db s3cret")
    dokku.ssh("config:set app A=s3cret B=2", user="dokku")
    assert _calls(dokku) == [
        ["postgres:backup-auth", "db", "***", "***"],
        ["postgres:backup-set-encryption", "db", "***"],
        ["config:set", "app", "A=***", "B=***"],
    ]


def test_a_broken_verb_answers_1_with_its_text(dokku: SandboxHost) -> None:
    _steer(dokku, "broken", {"apps:list": "cannot read /home/dokku: Input/output error"})
    answer = dokku.ssh("dokku apps:list")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "cannot read /home/dokku: Input/output error\n"
    assert dokku.ssh("dokku version").returncode == 0


def test_a_client_that_goes_away_ends_a_verb_at_its_next_line(dokku: SandboxHost) -> None:
    dokku.ssh("dokku postgres:create hangup | head -n 1")
    assert dokku.ssh("dokku postgres:exists hangup").returncode == 0
    answer = dokku.ssh("dokku postgres:connect hangup", stdin="select 1;")
    dokku.ssh("dokku postgres:destroy hangup --force")
    assert (answer.returncode, 'database "hangup" does not exist' in answer.stderr) == (2, True)
