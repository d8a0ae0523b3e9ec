"""Go's %q, which is how a failed command's text is printed."""

import pytest

from sandbox.providers.command.quote import go_quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("plain", '"plain"'),
        ('a "b" \\ c', r'"a \"b\" \\ c"'),
        ("one\ntwo\tthree\r", r'"one\ntwo\tthree\r"'),
        ("\x00\x1b", r'"\x00\x1b"'),
        ("grün …", '"grün …"'),
        ("\u200b", r'"\u200b"'),
        ("'single' $x `y`", "\"'single' $x `y`\""),
    ],
)
def test_a_text_is_quoted_as_go_does(text: str, quoted: str) -> None:
    assert go_quoted(text) == quoted
