"""What was there before the sandbox stopped is there after it starts again."""

import subprocess
from pathlib import Path

import pytest

from tests.sandbox.host.dokku.pushing import DOCKERFILE, get, push
from tests.support.hosts.sandbox_host import SandboxHost, wait_for


def _push(dokku: SandboxHost, app: str, where: Path, dockerfile: str = DOCKERFILE) -> subprocess.CompletedProcess[str]:
    where.mkdir(exist_ok=True)
    (where / "Dockerfile").write_text(dockerfile)
    return push(dokku, app, where)


@pytest.fixture
def word(dokku: SandboxHost, tmp_path: Path) -> str:
    """A pushed app that answers with its variable WORD; made by the push itself."""
    push = _push(dokku, "word", tmp_path / "word")
    assert push.returncode == 0, push.stderr
    return "word"


def test_an_app_answers_by_its_name_and_a_new_value_restarts_it(dokku: SandboxHost, word: str) -> None:
    assert get(dokku, word) == "first"
    assert dokku.ssh(f"config:set {word} WORD=second", user="dokku").returncode == 0
    assert get(dokku, word) == "second"
    dokku.ssh(f"dokku apps:destroy {word} --force")


def test_a_file_for_docker_counts_from_the_next_start_in_the_phases_that_name_it(dokku: SandboxHost, word: str) -> None:
    option = "--env-file=/root/word.env"
    dokku.ssh(f"echo WORD=007 >/root/word.env && dokku docker-options:add {word} deploy {option}")
    assert get(dokku, word) == "first"
    dokku.ssh(f"dokku ps:restart {word}")
    assert get(dokku, word) == "007"
    in_a_run = f"dokku run {word} sh -c 'echo $WORD'"
    assert "007" not in dokku.ssh(in_a_run).stdout
    dokku.ssh(f"dokku docker-options:add {word} run {option}")
    assert dokku.ssh(in_a_run).stdout == "007\n"
    dokku.ssh(f"dokku apps:destroy {word} --force; rm /root/word.env")


def test_nginx_forgets_a_destroyed_app_at_its_next_reload_or_before(dokku: SandboxHost, word: str) -> None:
    dokku.ssh(f"dokku apps:destroy {word} --force")
    assert get(dokku, word) == "502"
    dokku.ssh("dokku apps:create reloads && dokku apps:destroy reloads --force")
    assert get(dokku, word) == "404"


def test_an_app_that_was_taken_out_of_nginx_first_is_unknown_at_once(dokku: SandboxHost, word: str) -> None:
    dokku.ssh(f"dokku proxy:clear-config {word}")
    assert get(dokku, word) == "404"
    dokku.ssh(f"dokku apps:destroy {word} --force")
    assert get(dokku, word) == "404"


def test_a_deploy_that_fails_leaves_the_old_process_and_its_source(
    dokku: SandboxHost, word: str, tmp_path: Path
) -> None:
    broken = DOCKERFILE.replace("first", "broken")
    push = _push(dokku, word, tmp_path / "word", broken)
    assert push.returncode != 0
    assert "no such word" in push.stderr
    assert "pre-receive hook declined" in push.stderr
    assert get(dokku, word) == "first"
    assert dokku.ssh(f"dokku ps:restart {word}").returncode == 0
    assert get(dokku, word) == "first"
    dokku.ssh(f"dokku apps:destroy {word} --force")


def test_an_app_that_was_never_deployed_is_502_and_an_unknown_name_404(dokku: SandboxHost) -> None:
    dokku.ssh("dokku apps:create quiet")
    assert get(dokku, "quiet") == "502"
    assert get(dokku, "nobody") == "404"
    dokku.ssh("dokku apps:destroy quiet --force")


def test_of_two_apps_with_one_name_the_first_by_the_alphabet_has_it(dokku: SandboxHost, word: str) -> None:
    dokku.ssh("dokku apps:create xylo; dokku domains:set xylo word.localhost")
    assert get(dokku, word) == "first"
    dokku.ssh("dokku apps:create alto; dokku domains:set alto word.localhost")
    assert get(dokku, word) == "502"
    dokku.ssh(f"for app in alto xylo {word}; do dokku apps:destroy $app --force; done")


def test_where_a_program_is_missing_the_twin_runs_and_says_so(dokku: SandboxHost, tmp_path: Path) -> None:
    twin = DOCKERFILE.replace('["python3", "server.py"]', '["no-such-program"]')
    refused = _push(dokku, "twin", tmp_path / "twin", twin)
    assert "no-such-program is not installed on this machine, and the image names no petbase.twin" in refused.stderr
    push = _push(dokku, "twin", tmp_path / "twin", twin + 'LABEL petbase.twin="server.py"\n')
    assert "no-such-program is not installed on this machine: running the app's Python twin, server.py" in push.stderr
    assert get(dokku, "twin") == "first"
    dokku.ssh("dokku apps:destroy twin --force")


def test_data_apps_and_schedules_survive_a_restart_of_the_host(dokku: SandboxHost, word: str) -> None:
    made = "dokku postgres:create kept && dokku postgres:link kept word --no-restart && dokku postgres:create paused"
    assert dokku.ssh(f"{made} && dokku postgres:pause paused && dokku ps:report word --running").returncode == 0
    dokku.ssh("dokku postgres:backup-schedule kept '0 3 * * *' backups")
    dokku.ssh("dokku postgres:connect kept", stdin="create table t as select 42 as x;")
    dokku.machine.stop()
    dokku.machine.start(boot_delay_seconds=0)
    dokku.machine.wait_until_ssh()
    answer = dokku.ssh("dokku postgres:connect kept", stdin="\\t on\nselect x from t;")
    assert answer.stdout.split()[-1] == "42", answer
    assert dokku.ssh("dokku postgres:info paused --status").stdout == "exited\n"
    assert dokku.ssh("cat /etc/cron.d/dokku-postgres-kept").stdout.startswith("0 3 * * * dokku ")
    wait_for(lambda: get(dokku, word) == "first")
    dokku.ssh("dokku apps:destroy word --force; for s in kept paused; do dokku postgres:destroy $s --force; done")


def test_a_stopped_app_stays_stopped_after_a_restart(dokku: SandboxHost, word: str) -> None:
    dokku.ssh(f"dokku ps:stop {word}")
    dokku.machine.stop()
    dokku.machine.start(boot_delay_seconds=0)
    dokku.machine.wait_until_ssh()
    assert dokku.ssh(f"dokku ps:report {word} --running").stdout == "false\n"
    assert get(dokku, word) == "502"
    dokku.ssh(f"dokku apps:destroy {word} --force")


def test_the_database_wants_its_password(dokku: SandboxHost) -> None:
    dokku.ssh("dokku postgres:create locked")
    psql = "docker exec -e PGPASSWORD=wrong dokku.postgres.locked psql -h localhost -U postgres -c 'select 1'"
    answer = dokku.ssh(psql)
    dokku.ssh("dokku postgres:destroy locked --force")
    assert answer.returncode == 2
    assert 'password authentication failed for user "postgres"' in answer.stderr
