"""What is no YAML, or is another than it looks: each told with its line and what to write."""

from pathlib import Path

import pytest

from tests.components.config.test_traps import GOOD, app, problem

MISTAKES = {
    "nbsp indent": (
        GOOD.replace("      fruits", "\u00a0     fruits"),
        ('line 10: "\\xa0     fruits" has a character that is easy to miss, U+00A0 (no-break space); remove it'),
    ),
    "nbsp after colon": (
        GOOD.replace("domain: example.org", "domain:\u00a0example.org"),
        'line 3: "\\xa0" has a character that is easy to miss, U+00A0 (no-break space); remove it',
    ),
    "bom in middle": (
        GOOD.replace("domain:", "\ufeffdomain:"),
        ('line 3: "\\ufeffdomain" has a character that is easy to miss, U+FEFF (zero width no-break space); remove it'),
    ),
    "anchors unknown": (app("<<: *nope"), "line 10: *nope refers to nothing; put a text that begins with * in quotes"),
    "merge list": (
        GOOD.replace("fruits: {}", "fruits: {<<: [1]}"),
        "line 10: <<: takes another section, as in <<: *NAME",
    ),
    "merge scalar": (
        GOOD.replace("fruits: {}", "fruits: {<<: x}"),
        "line 10: <<: takes another section, as in <<: *NAME",
    ),
    "recursive anchor": (
        GOOD.replace("fruits: {}", "fruits: &a {env: *a}"),
        "line 10: an anchor that contains itself; write its value out",
    ),
    "recursive anchor2": (
        GOOD.replace("    apps:", "    apps: &a\n      x: *a"),
        "line 9: an anchor that contains itself; write its value out",
    ),
    "env bad escape": (
        app('env: {A: "C:\\Users"}'),
        "line 10: a \\ within double quotes; use single quotes, in which it is itself",
    ),
    "env bad escape2": (
        app('env: {A: "\\d+"}'),
        "line 10: a \\ within double quotes; use single quotes, in which it is itself",
    ),
    "surrogate": (
        GOOD.replace("domain: example.org", 'domain: "\\ud800"'),
        "line 3: a \\ within double quotes; use single quotes, in which it is itself",
    ),
    "tab value": (
        GOOD.replace("domain: example.org", "domain:\texample.org"),
        "line 3: a tab; YAML is indented with spaces",
    ),
    "percent": (app("env: {A: %x}"), "line 10: a text that begins with % must be in quotes"),
    "backtick": (app("env: {A: `x`}"), "line 10: a text that begins with ` must be in quotes"),
    "hash": (
        app("env: {A: x #y}"),
        "line 10: a bracket or brace that opens here is not closed, or a comma or a quote is missing",
    ),
    "ssh-from v6 unq": (
        GOOD.replace("    server:\n", "    server:\n      ssh-from: [::/0]\n"),
        "line 5: a text that begins with : must be in quotes",
    ),
    "unclosed brace": (
        GOOD.replace("fruits: {}", "fruits: {"),
        "line 10: a bracket or brace that opens here is not closed, or a comma or a quote is missing",
    ),
    "extra brace": (GOOD.replace("fruits: {}", "fruits: {}}"), "line 10: a } that closes nothing; remove it"),
    "equals": (
        GOOD.replace("domain: example.org", "domain = example.org"),
        "line 3: no colon with a space behind it; write KEY: VALUE, not domain = example.org",
    ),
    "missing colon": (
        GOOD.replace("domain: example.org", "domain example.org"),
        "line 3: no colon with a space behind it; write KEY: VALUE, not domain example.org",
    ),
    "no space colon": (
        GOOD.replace("domain: example.org", "domain:example.org"),
        "line 3: no colon with a space behind it; write KEY: VALUE, not domain:example.org",
    ),
    "unindented": (
        GOOD.replace("    domain", "  domain"),
        "line 4: indented more than the line above it, which has a value already; indent both alike",
    ),
    "binary tag": (
        app("env: {A: !!binary aGVsbG8=}"),
        ("line 10: binary is a YAML tag, which a stack file cannot have; put a text that begins with ! in quotes"),
    ),
    "set tag": (
        app("env: !!set {a, b}"),
        ("line 10: set is a YAML tag, which a stack file cannot have; put a text that begins with ! in quotes"),
    ),
    "python tag": (
        app("env: {A: !!python/object/apply:os.system [x]}"),
        (
            "line 10: python/object/apply:os.system is a YAML tag, which a stack file cannot have; put a text "
            "that begins with ! in quotes"
        ),
    ),
    "complex key": (app("? [a] : b"), "line 10: a list or a mapping cannot be a key; write a name"),
    "escape in app": (
        GOOD.replace("fruits: {}", '"a\\e[31mb": {}'),
        ('line 10: "a\\x1b[31mb" has a character that is easy to miss, U+001B (a control character); remove it'),
    ),
    "env dq backslash": (app('env: {A: "x\\"}'), "line 10: a quote that is opened here is not closed"),
    "wildcard unq": (app("domains: [*.example.org]"), "line 10: a text that begins with * or & must be in quotes"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_what_to_write(name: str, tmp_path: Path) -> None:
    text, said = MISTAKES[name]
    assert problem(tmp_path, text) == said
