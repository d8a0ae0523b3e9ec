"""What is wrong with a stack file as a whole is told before the program sees it."""

from pathlib import Path

import pytest

from operate.core.errors import PetbaseError
from operate.plan import placeholders


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "it has no keys. Write config: in its first line, as ./petbase init does"),
        ("petbase:estate: {domain: x}\n", "petbase:estate is not below config:. Write config: in the line above it"),
        (
            "config:\n  petbase:estate: {}\n  estate: {}\n",
            "petbase:estate is also there as estate. Remove one of the two",
        ),
        ("config:\n\tx: 1\n", "line 2: a tab; YAML is indented with spaces"),
    ],
)
def test_a_file_without_its_keys(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    file.write_text(text)
    with pytest.raises(PetbaseError) as caught:
        placeholders.config(file)
    assert str(caught.value) == f"Pulumi.live.yaml: {said}"


def test_an_estate_that_is_a_word_is_passed_on_for_the_program_to_refuse(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    file.write_text("config:\n  petbase:estate: word\n")
    assert placeholders.config(file) == {"petbase:estate": '"word"'}


def test_a_renamed_app_has_its_certificate_under_its_former_name(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    file.write_text(
        "config:\n  petbase:estate: {apps: {memos: {was: notes, tls: {certificate: CERT, key: KEY}}}}\n"
        "  petbase:notes.CERT: {secure: x}\n  petbase:notes.KEY: {secure: x}\n"
    )
    found = placeholders.config(file)
    assert found["petbase:notes.CERT"] == "-----BEGIN petbase:notes.CERT"
    assert found["petbase:notes.KEY"] == "-----BEGIN petbase:notes.KEY"
