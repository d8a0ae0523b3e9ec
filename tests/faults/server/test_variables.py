"""Variables of an app: any text comes back as it was, and two changes at once lose nothing."""

import json
from concurrent.futures import ThreadPoolExecutor

from host.settings.ensure import EnsureSettings
from tests.faults.cuts.test_cuts_settings import app, variables
from tests.faults.support.bench import Bench

TEXTS = {
    "TITLE": "My 'Shop' \"&\" $HOME `x` #1!",
    "EMPTY": "",
    "P8": "-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg\n-----END PRIVATE KEY-----\n",
    "JSON": json.dumps({"type": "service_account", "private_key": "-----BEGIN\nx\n", "$": "\\"}, indent=2),
    "WINDOWS": "one\r\ntwo\r\n",
    "BACKSLASH": "C:\\new \\$x \\\\n",
    "BLANKS": "  \t x  ",
    "UMLAUT": "Größe ✓ \u2028",
    "NUMBER": "42",
    "LONG_NUMBER": "123456789012345678901234567890",
    "LONG": "x" * 65536,
}


def test_any_text_comes_back_as_it_was_plain_and_secret(bench: Bench) -> None:
    app(bench, "texts")
    before = variables(bench, "texts")
    plain = EnsureSettings("texts", env=TEXTS)
    bench.done(plain, "{}")
    assert variables(bench, "texts") == {**before, **TEXTS}
    secret = EnsureSettings("texts", secret_env=tuple(TEXTS))
    bench.done(secret, json.dumps(TEXTS))
    assert variables(bench, "texts") == {**before, **TEXTS}
    # As declared: nothing is sent again, however odd the text.
    verbs = len(bench.verbs())
    bench.done(secret, json.dumps(TEXTS))
    assert not [verb for verb in bench.verbs()[verbs:] if "config:import" in verb]


def test_a_text_that_dokku_would_change_is_refused_and_the_others_stay(bench: Bench) -> None:
    app(bench, "odd")
    bench.done(EnsureSettings("odd", env={"COLOR": "red"}), "{}")
    for value in ("007", 'a"', "a\\"):
        answer = bench.send(
            EnsureSettings("odd", env={"COLOR": "red"}, secret_env=("PIN",)), json.dumps({"PIN": value})
        )
        assert (answer.returncode, answer.stdout.startswith("odd: sets PIN\nodd: the value of PIN ")) == (1, True)
        assert variables(bench, "odd")["COLOR"] == "red"


def test_two_changes_of_one_app_at_once_lose_nothing(bench: Bench) -> None:
    """Dokku itself would: it reads all, and writes all, without a lock (contract, test_races.py)."""
    app(bench, "twice")
    names = [f"V{n}" for n in range(4)]
    with bench.steered("pace", {"pause": {"config write": 0.3}}), ThreadPoolExecutor(len(names)) as pool:
        lines = [f"/tmp/put {name}" for name in names]
        bench.root("cat >/tmp/put && chmod 755 /tmp/put", stdin=_PUT)
        list(pool.map(bench.root, lines))
    assert set(names) <= variables(bench, "twice").keys()


_PUT = """#!/usr/bin/env python3
import sys
sys.path.insert(0, "/usr/local/lib/petbase/faults/petbase-host")
from host.core.host import Host
from host.dokku import config
config.put(Host("faults"), "twice", {sys.argv[1]: "x"})
"""
