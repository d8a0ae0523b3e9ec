"""Rules for .github/workflows, read as YAML. zizmor and actionlint (make check) look at more; these are ours."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
FILES = sorted((CHECKOUT / ".github").rglob("*.yml"))
_PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository"

Yaml = dict[str, Any]


def workflow(name: str) -> Yaml:
    """One workflow; its `on`, which YAML takes for true, under its own name."""
    held: dict[Any, Any] = yaml.safe_load((CHECKOUT / f".github/workflows/{name}.yml").read_text())
    return {"on" if key is True else key: value for key, value in held.items()}


WORKFLOWS = {name: workflow(name) for name in ("check", "preview", "up", "drift", "soak")}


def jobs() -> Iterator[tuple[str, Yaml]]:
    """Every job, as `workflow.job`."""
    for name, held in WORKFLOWS.items():
        yield from ((f"{name}.{job}", body) for job, body in held["jobs"].items())


def runs(job: Yaml) -> list[str]:
    return [str(step.get("run") or step.get("uses")) for step in job["steps"]]


def test_there_is_no_other_workflow() -> None:
    assert {path.stem for path in (CHECKOUT / ".github/workflows").iterdir()} == set(WORKFLOWS)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit_with_its_version_beside_it(file: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in file.read_text().splitlines() if "uses:" in line]
    foreign = [line for line in lines if line.startswith("uses: ") and not line.startswith("uses: ./")]
    assert [line for line in foreign if not _PINNED.match(line)] == []


def test_one_version_of_each_action_is_in_use() -> None:
    found = re.findall(r"uses: ([\w/-]+)@(\w+)", "".join(file.read_text() for file in FILES))
    assert len(dict(found)) == len(set(found))


def test_nothing_runs_a_fork_s_code_with_the_repository_s_rights() -> None:
    for name, held in WORKFLOWS.items():
        triggers = held["on"] if isinstance(held["on"], dict) else {held["on"]: None}
        assert set(triggers) <= {"pull_request", "push", "schedule", "workflow_dispatch"}, name


def test_no_job_may_write_but_the_ones_that_comment() -> None:
    assert all(held["permissions"] == {} for held in WORKFLOWS.values())
    writing = {name: {right for right, level in job["permissions"].items() if level == "write"} for name, job in jobs()}
    # It lets a job prove who it is; nothing of GitHub's is opened by it.
    proving = {name for name, rights in writing.items() if "id-token" in rights}
    assert proving == {"preview.preview", "up.up", "drift.drift"}
    writing = {name: rights - {"id-token"} for name, rights in writing.items()}
    assert {name: rights for name, rights in writing.items() if rights} == {
        "check.comment": {"pull-requests"},
        "preview.comment": {"pull-requests"},
    }


def test_a_job_that_may_write_has_no_secret_and_runs_nothing_but_the_comment() -> None:
    for name in ("check", "preview"):
        job = WORKFLOWS[name]["jobs"]["comment"]
        assert "secrets." not in str(job)
        commands = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
        assert [line for line in commands if not line.startswith((".github/comment ", "cat "))] == []


def test_a_checkout_leaves_no_token_behind() -> None:
    for name, job in jobs():
        for step in job["steps"]:
            if str(step.get("uses")).startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


def test_no_value_of_github_s_is_put_into_a_script() -> None:
    steps = [step for _, job in jobs() for step in job["steps"]]
    steps += yaml.safe_load((CHECKOUT / ".github/actions/ready/action.yml").read_text())["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


def test_every_job_has_an_end() -> None:
    longest = {"soak.soak": 350}
    assert [name for name, job in jobs() if not 0 < job["timeout-minutes"] <= longest.get(name, 90)] == []


def test_a_secret_is_only_where_an_environment_guards_it() -> None:
    holders = {name for name, job in jobs() if "secrets." in str(job)}
    assert holders == {"preview.preview", "up.up", "drift.drift"}
    named = {name: job["environment"] for name, job in jobs() if "environment" in job}
    assert named == {
        "preview.preview": "${{ matrix.stack }}-preview",
        "up.up": "${{ matrix.stack }}",
        "drift.drift": "${{ matrix.stack }}-drift",
    }


def test_a_secret_stands_at_the_step_that_needs_it() -> None:
    for name, job in jobs():
        assert "secrets." not in str(job.get("env", "")), name
        assert "secrets." not in str(WORKFLOWS[name.partition(".")[0]].get("env", "")), name


def test_a_preview_is_of_the_same_repository_only() -> None:
    found = WORKFLOWS["preview"]["jobs"]
    assert set(WORKFLOWS["preview"]["on"]) == {"pull_request"}
    assert found["stacks"]["if"] == f"contains(vars.PETBASE_WORKFLOWS, 'preview') &&\n{SAME_REPOSITORY}".replace(
        "\n", " "
    )
    # A skipped job skips what needs it, but where its own condition says always().
    assert "stacks" in found["preview"]["needs"]
    assert "always()" not in found["preview"]["if"]
    assert found["comment"]["if"] == (
        """always() && contains(fromJSON('["success", "failure"]'), needs.preview.result)"""
    )


def test_a_fork_s_plan_is_not_commented() -> None:
    assert SAME_REPOSITORY in WORKFLOWS["check"]["jobs"]["comment"]["if"]
    summary = [step for step in WORKFLOWS["check"]["jobs"]["plan"]["steps"] if "GITHUB_STEP_SUMMARY" in str(step)]
    assert [step["if"] for step in summary] == ["always()"]


def test_check_runs_the_readme_s_one_command() -> None:
    assert "make test" in runs(WORKFLOWS["check"]["jobs"]["test"])


def test_a_copy_with_a_stack_file_runs_the_plan_and_not_petbase_s_tests() -> None:
    found = WORKFLOWS["check"]["jobs"]
    assert found["test"]["if"] == (
        "contains(vars.PETBASE_WORKFLOWS, 'test') || "
        "(needs.stacks.outputs.found == '[]' && !github.event.repository.private)"
    )
    assert found["plan"]["if"] == "github.event_name == 'pull_request'"
    assert "needs" not in found["plan"]


@pytest.mark.parametrize("name", ["preview", "up", "drift"])
def test_what_needs_secrets_does_nothing_until_a_variable_names_it(name: str) -> None:
    jobs = WORKFLOWS[name]["jobs"]
    assert f"contains(vars.PETBASE_WORKFLOWS, '{name}')" in jobs["stacks"]["if"]
    assert {job["needs"] for key, job in jobs.items() if key != "stacks"} <= {"stacks", name}


@pytest.mark.parametrize("name", ["preview", "up", "drift"])
def test_pulumi_cloud_needs_no_stored_token(name: str) -> None:
    """Its token lasts for the job, and only the steps that ask Pulumi see it."""
    steps = WORKFLOWS[name]["jobs"][name]["steps"]
    (login,) = [step for step in steps if step.get("id") == "login"]
    assert login["if"] == "vars.PULUMI_USER != ''"
    assert login["with"]["export-environment-variables"] == "false"
    tokens = {step["env"]["PULUMI_ACCESS_TOKEN"] for step in steps if "PULUMI_ACCESS_TOKEN" in step.get("env", {})}
    assert tokens == {"${{ steps.login.outputs.pulumi-access-token || secrets.PULUMI_ACCESS_TOKEN }}"}


def test_the_plan_in_words_gets_neither_the_passphrase_nor_the_accounts_tokens() -> None:
    steps = WORKFLOWS["preview"]["jobs"]["preview"]["steps"]
    (words,) = [step for step in steps if "./petbase plan" in step.get("run", "")]
    assert set(words["env"]) == {
        "PULUMI_BACKEND_URL",
        "PULUMI_ACCESS_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    }


def test_one_up_a_stack_at_a_time_and_none_is_cut_off() -> None:
    job = WORKFLOWS["up"]["jobs"]["up"]
    assert job["concurrency"] == {"group": "up-${{ matrix.stack }}", "cancel-in-progress": False}
    assert "concurrency" not in WORKFLOWS["up"]
    assert job["strategy"]["fail-fast"] is False
    assert WORKFLOWS["up"]["on"]["push"]["branches"] == ["main"]


@pytest.mark.parametrize("name", ["up", "drift"])
def test_what_opens_ssh_closes_it_always_and_last(name: str) -> None:
    steps = WORKFLOWS[name]["jobs"][name]["steps"]
    opening = [number for number, step in enumerate(steps) if "./petbase open-ssh" in str(step.get("run"))]
    assert len(opening) == 1
    assert steps[-1]["if"] == "always()"
    assert steps[-1]["run"].splitlines()[-1] == './petbase close-ssh --stack "$STACK"'


def test_drift_closes_what_was_left_open_and_looks_before_it_opens_anything() -> None:
    words = ('close-ssh --stack "$STACK" --older-than 120', "--refresh --expect-no-changes", "open-ssh", "doctor")
    lines = [line for step in runs(WORKFLOWS["drift"]["jobs"]["drift"]) for line in step.splitlines()]
    found = [next((word for word in words if word in line), "") for line in lines]
    assert [word for word in found if word] == list(words)
    longest = max(job["timeout-minutes"] for name, job in jobs() if name in ("up.up", "drift.drift"))
    assert longest < 120


def test_a_wrong_workflow_is_found_by_zizmor(tmp_path: Path) -> None:
    """So that make check's silence says something."""
    bad = tmp_path / ".github/workflows/bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "on: pull_request_target\njobs:\n  bad:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - uses: actions/checkout@v6\n      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    zizmor = [str(CHECKOUT / ".venv/bin/zizmor"), "--offline", "--quiet", "--no-progress", "--format=json"]
    done = subprocess.run([*zizmor, str(bad)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    for rule in ("dangerous-triggers", "template-injection", "unpinned-uses", "excessive-permissions"):
        assert f'"{rule}"' in done.stdout
