"""The scripts of .github: which stacks, the plans' difference, one comment. gh is a stand-in."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.components.estates import estate
from tests.workflows.test_rules import CHECKOUT

_GH = """#!{python}
'''A stand-in for gh: keeps a pull request's comments in a file beside it.'''
import json, sys
from pathlib import Path
file = Path(__file__).parent / "comments.json"
held = json.loads(file.read_text()) if file.exists() else []
words = sys.argv[1:]
path = next(word for word in words if word.startswith("repos/"))
if "--jq" in words:
    mark = words[words.index("--jq") + 1].split('startswith("')[1].split('")')[0]
    ours = [one for one in held if one["by"] == "github-actions[bot]" and one["body"].startswith(mark)]
    print(*[one["id"] for one in ours], sep="\\n")
else:
    body = Path(words[words.index("--field") + 1].removeprefix("body=@")).read_text()
    if "PATCH" in words:
        held[int(path.rpartition("/")[2])]["body"] = body
    else:
        held.append({{"id": len(held), "body": body, "by": "github-actions[bot]", "path": path}})
    file.write_text(json.dumps(held))
"""


def run(script: str, *words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{environment.pop('path', '')}:/usr/local/bin:/usr/bin:/bin"
    home = {"PATH": path, "HOME": str(cwd), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        [CHECKOUT / ".github" / script, *words],
        cwd=cwd,
        env={**home, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["sandbox"], "[]"),
        (["prod", "sandbox", "staging"], '["prod", "staging"]'),
        (["my.stack", "a b", 'x"y'], '["my.stack"]'),
    ],
)
def test_the_stacks_are_those_with_a_file_but_the_sandbox(tmp_path: Path, files: list[str], found: str) -> None:
    for name in files:
        (tmp_path / f"Pulumi.{name}.yaml").write_text("config:\n      account-id: fedcba9876543210fedcba9876543210\n")
    done = run("stacks", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{found}\n", "")
    assert json.loads(done.stdout) is not None


def test_the_examples_that_come_with_petbase_are_not_brought_up() -> None:
    assert run("stacks", cwd=CHECKOUT).stdout == "[]\n"


def test_a_folder_without_stack_files_has_no_stacks(tmp_path: Path) -> None:
    assert run("stacks", cwd=tmp_path).stdout == "[]\n"


def test_the_words_are_shown_and_the_details_folded_and_counted(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("+ app blog\n")
    (tmp_path / "details").write_text("-one\n+two\n")
    assert run("fold", "Title", "words", "details", "diff", cwd=tmp_path).stdout == (
        "### Title\n\n``````\n+ app blog\n\n``````\n\n"
        "<details><summary>Details: 2 lines</summary>\n\n``````diff\n-one\n+two\n\n``````\n\n</details>\n"
    )


def test_without_details_there_is_nothing_to_unfold(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("Nothing to do.\n")
    (tmp_path / "details").write_text("")
    out = run("fold", "Title", "words", "details", cwd=tmp_path).stdout
    assert out == "### Title\n\n``````\nNothing to do.\n\n``````\n\n"


def test_a_long_text_is_cut_within_a_comment_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("é" * 50_000)
    (tmp_path / "details").write_text("é" * 50_000)
    out = run("fold", "Title", "words", "details", cwd=tmp_path).stdout
    assert len(out.encode()) < 65_000
    cut = "\n... cut here: {} of 100000 bytes are shown. The summary of this run has all of it.\n``````\n"
    assert cut.format(8000) in out
    assert out.endswith(f"{cut.format(50000)}\n</details>\n")


def test_how_much_is_shown_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("")
    (tmp_path / "details").write_text("x" * 50)
    out = run("fold", "Title", "words", "details", cwd=tmp_path, MOST="10").stdout
    assert "\nxxxxxxxxxx\n... cut here: 10 of 50 bytes are shown." in out


def test_only_our_own_comment_is_written_again(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "gh").write_text(_GH.format(python=sys.executable))
    (tools / "gh").chmod(0o755)
    forged = {"id": 0, "body": "<!-- petbase: plan -->\nmine", "by": "somebody"}
    (tools / "comments.json").write_text(json.dumps([forged]))
    for name, text in (("plan", "first"), ("preview", "other"), ("plan", "second")):
        (tmp_path / "text").write_text(text)
        environment = {"GITHUB_REPOSITORY": "me/petbase", "PULL": "7", "GH_TOKEN": "t", "RUN": "https://run"}
        done = run("comment", name, "text", cwd=tmp_path, path=str(tools), **environment)
        assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tools / "comments.json").read_text()) == [
        forged,
        {
            "id": 1,
            "body": "<!-- petbase: plan -->\nsecond",
            "by": "github-actions[bot]",
            "path": "repos/me/petbase/issues/7/comments",
        },
        {
            "id": 2,
            "body": "<!-- petbase: preview -->\nother",
            "by": "github-actions[bot]",
            "path": "repos/me/petbase/issues/7/comments",
        },
    ]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone's shape: the program, one stack file, one commit."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("components", "host", "operate", "sandbox", ".github"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__main__.py", "petbase", "requirements.txt", "Pulumi.yaml"):
        shutil.copy(CHECKOUT / name, folder / name)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    (folder / ".gitignore").write_text(".venv\n__pycache__/\n")
    stack_file(folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def stack_file(folder: Path, **sections: object) -> None:
    """The stack file of `live`."""
    held = {"config": {"petbase:estate": estate(**{"domain": "live.example.org", "apps": {"fruits": {}}, **sections})}}
    (folder / "Pulumi.live.yaml").write_text(yaml.safe_dump(held))


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=me", "-c", "user.email=me@example.com"]
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a change")


def compared(checkout: Path) -> tuple[int, str, str]:
    """The exit code, the words and the details of what the last commit changes."""
    done = run("compare-plans", "HEAD^1", str(checkout.parent / "out"), cwd=checkout)
    assert (done.stdout, done.stderr) == ("", "")
    listed = subprocess.run(["git", "-C", checkout, "worktree", "list"], capture_output=True, text=True, check=True)
    assert len(listed.stdout.splitlines()) == 1
    words, details = ((checkout.parent / "out" / name).read_text() for name in ("words", "details"))
    return done.returncode, words, details


def test_one_more_app_is_said_in_a_few_lines(checkout: Path) -> None:
    stack_file(checkout, apps={"fruits": {}, "blog": {}})
    commit(checkout)
    code, words, details = compared(checkout)
    assert code == 0
    assert words.startswith(
        "Stack live, compared with the plan before:\n\n"
        "+ app blog: schema blog and role, DNS records for blog.live.example.org,\n"
        "    certificate; restarts nothing\n\n"
        "Nothing restarts, and nothing is down.\n"
    )
    assert len(words.splitlines()) <= 24
    assert "+ command:Command blog-app, in App blog\n" in details


def test_a_change_that_changes_no_plan_says_so(checkout: Path) -> None:
    (checkout / "notes.txt").write_text("a word\n")
    commit(checkout)
    code, words, _ = compared(checkout)
    assert code == 0
    assert words.startswith("Stack live, compared with the plan before:\n\nNothing to do.\n")


def test_a_bad_stack_file_fails_with_its_problems(checkout: Path) -> None:
    stack_file(checkout, domain="Example.com")
    commit(checkout)
    code, words, details = compared(checkout)
    assert (code, details) == (1, "")
    assert 'domain (line 7): "Example.com" is not a domain name; write it in lowercase: example.com\n' in words


def test_a_refused_change_fails_with_the_reason(checkout: Path) -> None:
    stack_file(checkout, apps={"shop": {}})
    commit(checkout)
    code, words, _ = compared(checkout)
    assert code == 1
    assert "- app fruits: removes the app" in words
    assert "apps.fruits: protected, and this edit would remove or replace it." in words


def test_a_base_that_has_no_plan_yet_shows_the_whole_one(checkout: Path) -> None:
    verb = checkout / "operate/summary/verb_plan.py"
    text = verb.read_text()
    verb.unlink()
    commit(checkout)
    verb.write_text(text)
    commit(checkout)
    code, words, _ = compared(checkout)
    assert code == 0
    assert words.startswith("Stack live, which the plan before does not have. pulumi up creates:\n\n+ server: ")
