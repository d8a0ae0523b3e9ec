"""A stack file is read as the Pulumi CLI reads it, and each value is found again in it."""

from pathlib import Path

import pytest

from components.config.parsing import yaml_file


def test_two_apps_of_one_name(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.sandbox.yaml"
    file.write_text("apps:\n  fruits: {}\n  fruits: {schema: x}\n")
    with pytest.raises(yaml_file.YamlError) as caught:
        yaml_file.load(file)
    assert str(caught.value) == (
        'Pulumi.sandbox.yaml: line 3: mapping key "fruits" already defined at line 2; keep one'
    )


def test_one_name_in_two_places_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.sandbox.yaml"
    file.write_text("a: {x: 1}\nb: {x: 2}\n")
    assert yaml_file.load(file) == {"a": {"x": 1}, "b": {"x": 2}}


def test_a_tab(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text("config:\n\tpetbase:estate: {}\n")
    with pytest.raises(yaml_file.YamlError) as caught:
        yaml_file.load(file)
    assert str(caught.value) == "Pulumi.prod.yaml: line 2: a tab; YAML is indented with spaces"


def test_a_problem_gets_the_line_of_its_key_or_of_the_section_that_lacks_it(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text("config:\n  petbase:estate:\n    domain: x\n    apps:\n      my.app:\n        ports: [a, b]\n")
    places = yaml_file.places(file)
    assert places.named("domain: bad") == "domain (line 3): bad"
    assert places.named("apps.my.app.ports.1: bad") == "apps.my.app.ports.1 (line 6): bad"
    assert places.named("apps.my.app.schema: missing") == "apps.my.app.schema (line 5): missing"
    assert places.named("backups: missing") == "backups: missing"
    assert places.named("petbase:estate: missing") == "petbase:estate: missing"


def test_without_a_file_there_are_no_lines(tmp_path: Path) -> None:
    assert yaml_file.places(tmp_path / "none.yaml").named("domain: bad") == "domain: bad"
