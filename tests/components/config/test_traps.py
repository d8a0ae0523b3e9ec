"""What people write into a stack file by mistake, and the exact sentence that they get; what looks odd and is fine."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from components.config import stack_file
from components.config.parsing import yaml_file
from components.config.rules import stack_rules as rules
from components.config.spec import Estate
from components.config.stack_file import StackFileError
from tests.components.config import judged
from tests.components.estates import ACCOUNT, KEY, estate

GOOD = f"""config:
  petbase:estate:
    domain: example.org
    server:
      authorized-keys:
        - {KEY}
    backups:
      account-id: {ACCOUNT}
    apps:
      fruits: {{}}
"""


def put(folder: Path, text: str | bytes) -> Path:
    file = folder / "Pulumi.live.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def read(folder: Path, text: str | bytes) -> Estate:
    file = put(folder, text)
    return stack_file.parse(yaml_file.load(file)["config"]["petbase:estate"], yaml_file.places(file))


def problems(folder: Path, text: str | bytes) -> list[str]:
    """What is wrong with a file; what its fields are refused for, editors mark by the JSON Schema too."""
    file = put(folder, text)
    try:
        held = yaml_file.load(file)["config"]
    except yaml_file.YamlError as error:
        return [str(error).removeprefix("Pulumi.live.yaml: ")]
    return judged.problems(held.get("petbase:estate"), yaml_file.places(file))


def app(lines: str) -> str:
    return GOOD.replace("fruits: {}", f"fruits: {{{lines}}}")


def with_line(line: str, section: str = "    backups:\n") -> str:
    return GOOD.replace(section, f"{section}{line}\n")


def mistakes() -> Iterator[ParameterSet]:
    """mistakes.txt: a name, the lines of GOOD that are others (`3+`: behind the third), what is there; what is said."""
    for row in re.split(r"\n(?! )", Path(__file__).with_name("mistakes.txt").read_text().strip()):
        case, *said = row.split("\n    ")
        name, where, *text = case.split(" | ")
        yield pytest.param(changed(where, *text), said, id=name)


def changed(where: str, *text: str) -> str:
    lines = GOOD.splitlines(keepends=True)
    first, _, last = where.partition("-")
    begin, end = (int(first[:-1]),) * 2 if first.endswith("+") else (int(first) - 1, int(last or first))
    lines[begin:end] = [each.encode().decode("unicode_escape") + "\n" for each in text]
    return "".join(lines)


@pytest.mark.parametrize(("text", "said"), [*mistakes()])
def test_a_mistake_is_told_with_its_line_and_what_to_write(text: str, said: list[str], tmp_path: Path) -> None:
    assert problems(tmp_path, text) == said


def test_another_encoding_is_told(tmp_path: Path) -> None:
    latin = GOOD.replace("me@", "m\xe9@").encode("latin-1")
    assert problems(tmp_path, latin) == ["is not UTF-8 text; save it as UTF-8 in your editor"]


def test_a_value_that_is_nested_too_deeply_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path, app(f"env: {'[' * 3000}{']' * 3000}")) == ["is nested too deeply"]


def test_a_rule_of_several_fields_gets_its_line_too(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD.replace("fruits", "postgres"))
    places = yaml_file.places(tmp_path / "Pulumi.live.yaml")
    assert StackFileError(rules.problems(found), places).problems == [
        'apps.postgres (line 10): PostgreSQL already has a role "postgres"; rename the app, or set access: superuser'
    ]


_AS_WRITTEN = "1 1.10 true yes off 0x1F 0o17 1e3 1_000 12:30:00 2026-11-30 2026-11-30T10:00:00Z http://x:80/#y"
_QUOTED = [('""', ""), ('"a \\"b\\" $c\\n#d"', 'a "b" $c\n#d'), ("'it''s'", "it's")]


@pytest.mark.parametrize(("written", "value"), [*((each, each) for each in _AS_WRITTEN.split()), *_QUOTED])
def test_a_variable_is_the_text_that_stands_in_the_file(written: str, value: str, tmp_path: Path) -> None:
    assert read(tmp_path, app(f"env: {{A: {written}}}")).apps["fruits"].env == {"A": value}


@pytest.mark.parametrize(
    ("written", "value"), [("0777", "0777"), ("1.10", "1.10"), ("1e3", "1e3"), ("on", "on"), ("1_000", "1000")]
)
def test_a_setting_of_postgresql_is_taken_as_written(written: str, value: str, tmp_path: Path) -> None:
    text = with_line(f"    database: {{config: {{a: {written}}}}}", "    domain: example.org\n")
    assert read(tmp_path, text).database.config == {"a": value}


def test_a_date_is_taken_as_written_also_from_the_engine_that_makes_a_time_of_it(tmp_path: Path) -> None:
    """Seen with the CLI 3.259.0: 2026-11-30 arrives as 2026-11-30 00:00:00 +0000 UTC."""
    read(tmp_path, app("env: {A: 2026-11-30}"))
    places = yaml_file.places(tmp_path / "Pulumi.live.yaml")
    held: Any = yaml_file.load(tmp_path / "Pulumi.live.yaml")["config"]["petbase:estate"]
    held["apps"]["fruits"]["env"]["A"] = "2026-11-30 00:00:00 +0000 UTC"
    assert stack_file.parse(held, places).apps["fruits"].env == {"A": "2026-11-30"}


def test_names_that_yaml_may_take_for_true_are_names(tmp_path: Path) -> None:
    assert set(read(tmp_path, GOOD.replace("fruits: {}", "on: {}\n      no: {}\n      1: {}")).apps) == {
        "on",
        "no",
        "1",
    }
    assert read(tmp_path, app("env: {on: x, yes: y, NO: z}")).apps["fruits"].env == {"on": "x", "yes": "y", "NO": "z"}


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("config:", "\ufeffconfig:"), ("example.org", '"example.org"')])
def test_line_ends_a_byte_order_mark_and_quotes_change_nothing(change: tuple[str, str], tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace(*change)) == read(tmp_path, GOOD)


def test_anchors_and_merges_are_read_as_pulumi_reads_them(tmp_path: Path) -> None:
    text = GOOD.replace("fruits: {}", "fruits: &a {connections: 3}\n      notes: {<<: *a, reads: [fruits]}")
    assert read(tmp_path, text).apps["notes"].connections == 3


def test_the_estate_is_found_also_without_the_project_s_name(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    file.write_text(GOOD.replace("petbase:estate", "estate"))
    assert yaml_file.places(file).named("domain: bad") == "domain (line 3): bad"


def test_without_a_file_a_variable_is_the_value_s_text() -> None:
    env = {"PORT": 3000, "DEBUG": True}
    assert stack_file.parse(estate(apps={"shop": {"env": env}})).apps["shop"].env == {"PORT": "3000", "DEBUG": "true"}
