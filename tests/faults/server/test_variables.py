"""Variables of an app: any text comes back as it was, and two changes at once lose nothing."""

import json
from concurrent.futures import ThreadPoolExecutor

from host.app.remove import RemoveApp
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
DOCKERS = {"PIN": "007", "PHONE": "+4930123456", "SAID": '$HOME says "hi"', "WINDOWS_PATH": "C:\\new\\"}
"""Dokku's file would change these (contract), so they are in one that Docker reads (host/dokku/env_file.py)."""


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


def test_a_text_that_dokku_would_change_is_in_a_file_for_docker(bench: Bench) -> None:
    app(bench, "odd")
    wanted = EnsureSettings("odd", env={"COLOR": "red"}, secret_env=tuple(DOCKERS))
    bench.done(wanted, json.dumps(DOCKERS))
    option = bench.root("dokku docker-options:report odd --docker-options-deploy").strip()
    assert option == bench.root("dokku docker-options:report odd --docker-options-run").strip()
    file = option.removeprefix("--env-file=")
    assert bench.root(f"cat {file}") == "".join(f"{name}={DOCKERS[name]}\n" for name in sorted(DOCKERS))
    verbs = len(bench.verbs())
    bench.done(wanted, json.dumps(DOCKERS))
    assert not [verb for verb in bench.verbs()[verbs:] if "config:import" in verb or "docker-options" in verb]
    bench.done(RemoveApp("odd"))
    assert bench.root(f"ls {file} 2>&1 || :").endswith("No such file or directory\n")


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
