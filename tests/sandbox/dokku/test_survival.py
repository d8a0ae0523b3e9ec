"""What was there before the sandbox stopped is there after it starts again."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.host import SandboxHost, wait_for

_SERVER = """import http.server, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["WORD"].encode())
if os.environ.get("WORD") == "broken":
    sys.exit("no such word")
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Answer).serve_forever()
"""
_DOCKERFILE = 'FROM some/image\nENV WORD=first\nEXPOSE 5000\nCMD ["python3", "server.py"]\n'


def _push(dokku: SandboxHost, app: str, where: Path, dockerfile: str = _DOCKERFILE) -> subprocess.CompletedProcess[str]:
    where.mkdir(exist_ok=True)
    (where / "server.py").write_text(_SERVER)
    (where / "Dockerfile").write_text(dockerfile)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.test"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "an app"]):
        subprocess.run([*git, *words], cwd=where, check=True)
    ssh = " ".join(["ssh", *dokku.ssh_options])
    environment = {"GIT_SSH_COMMAND": ssh, "PATH": "/usr/bin:/bin", "HOME": str(where)}
    words = ["git", "push", f"dokku@{dokku.machine.address}:{app}", "main"]
    return subprocess.run(words, cwd=where, env=environment, text=True, capture_output=True, check=False)


def _get(dokku: SandboxHost, app: str) -> str:
    url = f"http://127.0.0.1:{dokku.machine.http_port}/"
    request = urllib.request.Request(url, headers={"Host": f"{app}.localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return str(error.code)


@pytest.fixture
def word(dokku: SandboxHost, tmp_path: Path) -> str:
    """A pushed app that answers with its variable WORD; made by the push itself."""
    push = _push(dokku, "word", tmp_path / "word")
    assert push.returncode == 0, push.stderr
    return "word"


def test_an_app_answers_by_its_name_and_a_new_value_restarts_it(dokku: SandboxHost, word: str) -> None:
    assert _get(dokku, word) == "first"
    assert dokku.ssh(f"config:set {word} WORD=second", user="dokku").returncode == 0
    assert _get(dokku, word) == "second"
    dokku.ssh(f"dokku apps:destroy {word} --force")
    assert _get(dokku, word) == "404"


def test_a_deploy_that_fails_leaves_the_old_process_and_its_source(
    dokku: SandboxHost, word: str, tmp_path: Path
) -> None:
    broken = _DOCKERFILE.replace("first", "broken")
    push = _push(dokku, word, tmp_path / "word", broken)
    assert push.returncode != 0
    assert "no such word" in push.stderr
    assert "pre-receive hook declined" in push.stderr
    assert _get(dokku, word) == "first"
    assert dokku.ssh(f"dokku ps:restart {word}").returncode == 0
    assert _get(dokku, word) == "first"
    dokku.ssh(f"dokku apps:destroy {word} --force")


def test_an_app_that_was_never_deployed_is_502_and_an_unknown_name_404(dokku: SandboxHost) -> None:
    dokku.ssh("dokku apps:create quiet")
    assert _get(dokku, "quiet") == "502"
    assert _get(dokku, "nobody") == "404"
    dokku.ssh("dokku apps:destroy quiet --force")


def test_where_a_program_is_missing_the_twin_runs_and_says_so(dokku: SandboxHost, tmp_path: Path) -> None:
    twin = _DOCKERFILE.replace('["python3", "server.py"]', '["no-such-program"]')
    refused = _push(dokku, "twin", tmp_path / "twin", twin)
    assert "no-such-program is not installed on this machine, and the image names no petbase.twin" in refused.stderr
    push = _push(dokku, "twin", tmp_path / "twin", twin + 'LABEL petbase.twin="server.py"\n')
    assert "no-such-program is not installed on this machine: running the app's Python twin, server.py" in push.stderr
    assert _get(dokku, "twin") == "first"
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
    wait_for(lambda: _get(dokku, word) == "first")
    dokku.ssh("dokku apps:destroy word --force; for s in kept paused; do dokku postgres:destroy $s --force; done")


def test_a_stopped_app_stays_stopped_after_a_restart(dokku: SandboxHost, word: str) -> None:
    dokku.ssh(f"dokku ps:stop {word}")
    dokku.machine.stop()
    dokku.machine.start(boot_delay_seconds=0)
    dokku.machine.wait_until_ssh()
    assert dokku.ssh(f"dokku ps:report {word} --running").stdout == "false\n"
    assert _get(dokku, word) == "502"
    dokku.ssh(f"dokku apps:destroy {word} --force")


def test_the_database_wants_its_password(dokku: SandboxHost) -> None:
    dokku.ssh("dokku postgres:create locked")
    psql = "docker exec -e PGPASSWORD=wrong dokku.postgres.locked psql -U postgres -c 'select 1'"
    answer = dokku.ssh(psql)
    dokku.ssh("dokku postgres:destroy locked --force")
    assert answer.returncode == 2
    assert 'password authentication failed for user "postgres"' in answer.stderr
