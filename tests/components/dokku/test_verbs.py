"""Every Dokku verb that the program sends has a case in the recorded contract."""

import re
from pathlib import Path

from tests.contract.support.case import VERBS_WITH_A_CASE

CHECKOUT = Path(__file__).resolve().parents[3]
_WORDS = re.compile(r'"(?!petbase:|hcloud:)([a-z][a-z-]+:[a-z][a-z-]+)"')


def sent() -> set[str]:
    files = (path for folder in ("host", "operate") for path in (CHECKOUT / folder).rglob("*.py"))
    return {verb for path in files for verb in _WORDS.findall(path.read_text())}


def test_verbs_are_found() -> None:
    wanted = {"apps:create", "config:import", "postgres:link", "postgres:links", "postgres:backup-auth", "config:get"}
    assert wanted <= sent()


def test_every_verb_has_a_case_in_the_contract() -> None:
    assert sent() - VERBS_WITH_A_CASE == set()
