"""From a Dockerfile to what the stand-in starts."""

import subprocess
import sys

from sandbox.host.dokku.apps import build
from sandbox.host.dokku.apps.dockerfile import parse

_PROGRAM = "import sys, psycopg; print(sys.prefix)"


def test_a_dockerfiles_python_is_the_sandboxs_own_with_psycopg() -> None:
    for command in (f'["python", "-c", "{_PROGRAM}"]', f'python3 -c "{_PROGRAM}"'):
        words = build.start_words("never-pushed", parse(f"FROM python:3.14.7\nCMD {command}\n"))
        ran = subprocess.run(words, env={"PATH": build.PATH}, text=True, capture_output=True, check=True)
        assert ran.stdout == f"{sys.prefix}\n"
