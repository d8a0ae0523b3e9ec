"""Every Dokku verb that the program sends has a case in the recorded contract."""

import re
from pathlib import Path

from tests.contract.case import VERBS_WITH_A_CASE

CHECKOUT = Path(__file__).resolve().parents[3]
_SENT = re.compile(r"(?:^|[\s(;{|!])(?:dokku|feed) (?:--quiet )?([a-z][a-z-]*(?::[a-z-]+)?)", re.MULTILINE)
# In these, a verb is a word of a list, not of a shell line.
_WORDS = re.compile(
    r'"((?:apps|certs|checks|config|docker-options|domains|plugin|postgres|ps|resource|ssh-keys|storage):[a-z-]+)"'
)


def sent_by_scripts() -> set[str]:
    texts = (path.read_text() for path in (CHECKOUT / "components/dokku/scripts").glob("*.sh"))
    lines = (line for text in texts for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {verb for line in lines for verb in _SENT.findall(re.sub(r'(step|fail) ".*?"', "", line))}


def sent_by_python() -> set[str]:
    files = (path for room in ("host", "operate") for path in (CHECKOUT / room).rglob("*.py"))
    return {verb for path in files for verb in _WORDS.findall(path.read_text())}


def test_verbs_are_found() -> None:
    wanted = {"apps:create", "config:import", "postgres:link", "postgres:links", "postgres:backup-auth", "config:get"}
    assert wanted <= sent_by_scripts() | sent_by_python()


def test_every_verb_has_a_case_in_the_contract() -> None:
    assert (sent_by_scripts() | sent_by_python()) - VERBS_WITH_A_CASE == set()
