"""The sandbox reads a stack file as the Pulumi CLI does."""

from pathlib import Path

import pytest

from sandbox import strict_yaml


def test_two_apps_of_one_name(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.sandbox.yaml"
    file.write_text("apps:\n  fruits: {}\n  fruits: {schema: x}\n")
    with pytest.raises(strict_yaml.TwiceError) as caught:
        strict_yaml.load(file)
    assert str(caught.value) == (
        'Pulumi.sandbox.yaml: line 3: mapping key "fruits" already defined at line 2; keep one'
    )


def test_one_name_in_two_places_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.sandbox.yaml"
    file.write_text("a: {x: 1}\nb: {x: 2}\n")
    assert strict_yaml.load(file) == {"a": {"x": 1}, "b": {"x": 2}}
