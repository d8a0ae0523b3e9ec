"""Which stack a verb is about, and what is said when it cannot be read."""

from pathlib import Path

import pytest

from operate.stack import pulumi_cli, stack_files
from sandbox.engine import environment
from tests.support.operate import Petbase, Pulumi, outputs
from tests.support.pulumi.engine import Tiny

_PROGRAM = """
pulumi.export("petbase", pulumi.Output.secret({outputs!r}))
"""


def test_the_default_is_prod_once_its_file_is_filled_in(checkout: Path) -> None:
    assert stack_files.chosen(None) == "sandbox"
    file = checkout / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace("domain: example.com", "domain: example.org"))
    assert stack_files.chosen(None) == "prod"


def test_an_unknown_stack_is_refused_with_the_known_ones(petbase: Petbase, pulumi: Pulumi) -> None:
    ran = petbase("url", "fruits", "--stack", "tset")
    assert pulumi.folder.exists()
    assert ran.code == 2
    assert ran.err == (
        "petbase: There is no stack file Pulumi.tset.yaml; there is: prod, sandbox, test. Or: ./petbase init\n"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "error: no stack named 'test' found",
            "The stack test was not made yet. Run: pulumi stack init test, then pulumi up",
        ),
        (
            "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
            "The secrets of test are locked; set PULUMI_CONFIG_PASSPHRASE, as for pulumi up. "
            "Pulumi says: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
        ),
        (
            "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            "Pulumi does not know where the state is. Log in as for pulumi up: pulumi login. "
            "It says: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
        ),
        (
            "error: failed to load checkpoint: EOF",
            "A run that was killed left half of the state of test. In the folder of the state, run: "
            "find FOLDER -name '*.attrs' -size 0 -delete",
        ),
        ("error: open s3://me:pw@host: no", "pulumi could not read the stack test: open s3://***@host: no"),
    ],
)
def test_what_pulumi_cannot_do_has_a_way_out(petbase: Petbase, pulumi: Pulumi, said: str, expected: str) -> None:
    pulumi.fails(said)
    ran = petbase("url", "fruits")
    assert (ran.code, ran.err) == (1, f"petbase: {expected}\n")


def test_a_stack_whose_first_run_did_not_end_says_so(petbase: Petbase, pulumi: Pulumi) -> None:
    pulumi.stack("test", {"server": outputs()["server"]})
    assert petbase("url", "fruits").err == (
        "petbase: The first run of the stack test has not finished: its outputs have no 'database' yet. "
        "Run: pulumi up --stack test\n"
    )


def test_without_the_cli_it_says_where_to_get_it(
    petbase: Petbase, checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert checkout.exists()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert petbase("url", "fruits").err == (
        "petbase: The Pulumi CLI is not on PATH, so the stack cannot be read. "
        "Install it: https://www.pulumi.com/docs/install/\n"
    )


def test_reading_selects_no_stack_and_asks_nothing(petbase: Petbase, pulumi: Pulumi, checkout: Path) -> None:
    petbase("url", "nope")
    words = ["--non-interactive", "--color", "never", "--cwd", str(checkout)]
    assert pulumi.seen["argv"] == [*words, "stack", "output", "--json", "--show-secrets", "--stack", "test"]


def test_the_sandbox_is_read_without_the_users_accounts(
    petbase: Petbase, pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "sandbox"
    (root / "project").mkdir(parents=True)
    monkeypatch.setenv("PETBASE_SANDBOX", str(root))
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "the user's own")
    monkeypatch.setenv("HCLOUD_TOKEN", "the user's own")
    pulumi.stack("sandbox", outputs())
    petbase("url", "nope", "--stack", "sandbox")
    assert pulumi.seen["env"]["PULUMI_BACKEND_URL"] == f"file://{root}/state?metadata=skip"
    assert pulumi.seen["env"]["HCLOUD_TOKEN"] == environment.HCLOUD_TOKEN
    assert "the user's own" not in pulumi.seen["env"].values()


def test_without_a_sandbox_it_says_make_sandbox(
    petbase: Petbase, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checkout.exists()
    monkeypatch.setenv("PETBASE_SANDBOX", str(tmp_path / "none"))
    ran = petbase("url", "fruits", "--stack", "sandbox")
    assert (ran.code, ran.err) == (1, "petbase: There is no sandbox yet. Start one: make sandbox\n")


def test_the_real_engine_and_its_cli_tell_the_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = Tiny(tmp_path)
    tiny.program(_PROGRAM.format(outputs=outputs())).up()
    monkeypatch.setattr(stack_files, "CHECKOUT", tiny.checkout)
    monkeypatch.setenv("PETBASE_SANDBOX", str(tiny.root))
    found = pulumi_cli.read("sandbox")
    assert found.backups.secret_access_key == "b" * 64
    assert found.apps["fruits"].urls == ("http://fruits.localhost",)
    assert "b" * 64 not in repr(found)
    assert pulumi_cli.secret("sandbox", "tiny:word") == "hello"
    assert pulumi_cli.secret("sandbox", "tiny:other") is None
