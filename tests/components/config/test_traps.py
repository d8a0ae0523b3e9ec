"""What people write into a stack file by mistake, and the exact sentence that they get; what looks odd and is fine."""

from pathlib import Path
from typing import Any

import pytest

from components.config import stack_file
from components.config.parsing import yaml_file
from components.config.spec import Estate
from tests.components.estates import ACCOUNT, KEY

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


def read(folder: Path, text: str | bytes) -> Estate:
    file = folder / "Pulumi.live.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    held = yaml_file.load(file)["config"]
    return stack_file.parse(held.get("petbase:estate"), yaml_file.places(file))


def problem(folder: Path, text: str | bytes) -> str:
    """The only problem of a file."""
    with pytest.raises((stack_file.StackFileError, yaml_file.YamlError)) as caught:
        read(folder, text)
    if isinstance(caught.value, stack_file.StackFileError):
        (found,) = caught.value.problems
        return found
    return str(caught.value).removeprefix("Pulumi.live.yaml: ")


def app(lines: str) -> str:
    return GOOD.replace("fruits: {}", f"fruits: {{{lines}}}")


def with_line(line: str, section: str = "    backups:\n") -> str:
    return GOOD.replace(section, f"{section}{line}\n")


NUMBER = "without quotes YAML reads {} as the number {}; write {}"
MISTAKES: dict[str, tuple[str | bytes, str]] = {
    "version": (
        with_line("    database: {version: 18.10}", "    domain: example.org\n"),
        "database.version (line 4): " + NUMBER.format("18.10", "18.1", 'version: "18.10"'),
    ),
    "empty app": (GOOD.replace("fruits: {}", "shop:"), "apps.shop (line 10): empty; write shop: {} for the defaults"),
    "null value": (
        with_line("      schedule: ~"),
        "backups.schedule (line 8): empty; write a value, or remove schedule:",
    ),
    "list for one value": (
        GOOD.replace("domain: example.org", "domain: [example.org]"),
        "domain (line 3): expects one value, not a list; write domain: example.org",
    ),
    "one value for a list": (
        app("domains: a.example.org"),
        'apps.fruits.domains (line 10): expects a list, not "a.example.org"; write domains: [a.example.org]',
    ),
    "mapping for names": (
        app("secrets: {API_KEY: x}"),
        "apps.fruits.secrets (line 10): expects a list, not a mapping; write secrets: [API_KEY]",
    ),
    "list for variables": (
        app("env: [A=1, B=2]"),
        "apps.fruits.env (line 10): expects names with values, not a list; write env: {A: 1, B: 2}",
    ),
    "list of variables": (
        app("env: [A: 1, B: 2]"),
        "apps.fruits.env (line 10): expects names with values, not a list; write env: {A: 1, B: 2}",
    ),
    "list of apps": (
        GOOD.replace("fruits: {}", "- fruits"),
        "apps (line 9): expects names with values, not a list; write apps: {fruits: {}}",
    ),
    "web address": (
        GOOD.replace("domain: example.org", "domain: https://example.org"),
        'domain (line 3): "https://example.org" is a web address; write the name alone: example.org',
    ),
    "file of a key": (
        GOOD.replace(KEY, "~/.ssh/id_ed25519.pub"),
        'server.authorized-keys.0 (line 6): "~/.ssh/id_ed25519.pub" is a file; write its contents, which this prints: '
        "cat ~/.ssh/id_ed25519.pub",
    ),
    "smart quotes": (
        GOOD.replace("example.org", "\u201cexample.org\u201d"),
        "domain (line 3): \u201cexample.org\u201d has typographic quotes; use plain ones, or none",
    ),
    "tab": (GOOD.replace("      fruits", "\tfruits"), "line 10: a tab; YAML is indented with spaces"),
    "key twice": (f"{GOOD}      fruits: {{}}\n", 'line 11: mapping key "fruits" already defined at line 10; keep one'),
    "unknown key": (app("domain: x"), "apps.fruits.domain (line 10): unknown key; did you mean domains?"),
    "underscore": (
        app("statement_timeout: 30s"),
        "apps.fruits.statement_timeout (line 10): unknown key; did you mean statement-timeout?",
    ),
    "octal": (
        with_line("      keep-days: 010"),
        "backups.keep-days (line 8): YAML reads 010 as 8; write keep-days: 10, or 8 if you mean that",
    ),
    "account id like a number": (
        GOOD.replace(ACCOUNT, "1234567890123456789012345678e012"),
        "backups.account-id (line 8): "
        + NUMBER.format(
            "1234567890123456789012345678e012",
            "1.2345678901234568e+39",
            'account-id: "1234567890123456789012345678e012"',
        ),
    ),
    "number in a list": (
        app("extensions: [1.5]"),
        'apps.fruits.extensions.0 (line 10): "1.5" is not the name of an extension; write one like "pgcrypto" or '
        '"uuid-ossp"',
    ),
    "infinite": (
        with_line("      keep-days: .inf"),
        'backups.keep-days (line 8): "inf" is not a whole number; write digits alone',
    ),
    "date as a name": (
        GOOD.replace("fruits: {}", "2026-11-30: {}"),
        'line 10: without quotes Pulumi reads 2026-11-30 as a date; write "2026-11-30"',
    ),
    "no name": (GOOD.replace("fruits: {}", "~: {}"), "line 10: there is no key before the colon; write a name"),
    "list as a name": (
        GOOD.replace("fruits: {}", "[fruits]: {}"),
        "line 10: a list or a mapping cannot be a key; write a name",
    ),
    "star": (with_line("      schedule: * 3 * * *"), "line 8: a text that begins with * or & must be in quotes"),
    "alias": (app("env: {A: *x}"), "line 10: *x refers to nothing; put a text that begins with * in quotes"),
    "at": (app("env: {A: @x}"), "line 10: a text that begins with @ must be in quotes"),
    "tag": (
        app("env: {A: !x y}"),
        "line 10: !x is a YAML tag, which a stack file cannot have; put a text that begins with ! in quotes",
    ),
    "open quote": (GOOD.replace("example.org", '"example.org'), "line 3: a quote that is opened here is not closed"),
    "second colon": (app("env: {A: b: c}"), "line 10: a second colon; put the text behind the first one in quotes"),
    "indentation": (GOOD.replace("    server:", "   server:"), "line 4: indented differently from the lines above it"),
    "second document": (f"{GOOD}---\n", "line 11: a second document begins here; remove the line ---"),
    "other encoding": (
        GOOD.replace("me@", "mé@").encode("latin-1"),
        "is not UTF-8 text; save it as UTF-8 in your editor",
    ),
    "control character": (GOOD.replace("me@", "m\0e@"), "has a character that does not print; remove it"),
    "no space behind the colon": (
        GOOD.replace("fruits: {}", "fruits: connections:5"),
        'apps.fruits (line 10): expects keys with values, not "connections:5"; write fruits: {connections: 5}',
    ),
    "nested too deeply": (app(f"env: {'[' * 3000}{']' * 3000}"), "is nested too deeply"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_what_to_write(name: str, tmp_path: Path) -> None:
    text, said = MISTAKES[name]
    assert problem(tmp_path, text) == said


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", "1"),
        ("1.10", "1.10"),
        ("true", "true"),
        ("yes", "yes"),
        ("off", "off"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("2026-11-30", "2026-11-30"),
        ("2026-11-30T10:00:00Z", "2026-11-30T10:00:00Z"),
        ('""', ""),
        ('"a \\"b\\" $c\\n#d"', 'a "b" $c\n#d'),
        ("'it''s'", "it's"),
        ("http://x:80/#y", "http://x:80/#y"),
    ],
)
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
