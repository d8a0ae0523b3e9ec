"""What is around `petbase:estate` in a stack file: keys at the wrong level, and secrets that are not encrypted."""

from pathlib import Path

import pytest

from components.config.parsing import config_keys
from components.config.values.secret_keys import KNOWN

ESTATE = "config:\n  petbase:estate:\n    domain: example.org\n"
_ALL = ", ".join(("estate", *KNOWN))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("petbase:estate", "aws:region", "petbase:alertUrl"), []),
        (("other:estate",), ["other:estate: unknown key; did you mean petbase:estate?"]),
        (("petbase:estat",), ["petbase:estat: unknown key; did you mean petbase:estate?"]),
        (("petbase:petbase",), ["petbase:petbase: unknown key; write petbase:estate: in one line"]),
        (("petbase:shop:KEY",), ["petbase:shop:KEY: unknown key; did you mean petbase:shop.KEY?"]),
        (("petbase:stack",), [f"petbase:stack: unknown key; the known keys are {_ALL}"]),
        (
            ("petbase:apps", "petbase:domain"),
            ["apps, domain: not below petbase:estate; write petbase:estate: above and indent what is below it"],
        ),
    ],
)
def test_a_key_below_config(keys: tuple[str, ...], said: list[str]) -> None:
    assert list(config_keys.unknown(dict.fromkeys(keys, ""), KNOWN)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("environment: [prod]\nencryptionsalt: v1:x\nx-common: {}\n", []),
        ("apps:\n  blog: {}\n", ["line 4: apps is not below petbase:estate, so it would be ignored; move it there"]),
        ("secretprovider: x\n", ["line 4: secretprovider is an unknown key; did you mean secretsprovider?"]),
    ],
)
def test_a_key_beside_config(text: str, said: list[str], tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    file.write_text(ESTATE + text)
    assert list(config_keys.above(file)) == said


def test_a_secret_in_plain_text_is_named_and_an_encrypted_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    file.write_text(f"{ESTATE}  petbase:alertUrl: https://s3cr3t\n  petbase:sshPrivateKey:\n    secure: v1:x\n")
    assert list(config_keys.in_plain_text(file, KNOWN)) == ["alertUrl"]


@pytest.mark.parametrize("text", ["", "hello\n", "a: [\n", None])
def test_a_file_without_keys_has_nothing_to_look_at(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    if text is not None:
        file.write_text(text)
    assert [*config_keys.above(file), *config_keys.in_plain_text(file, KNOWN)] == []
