"""A new stack file: where it goes, its text (short, a comment where a choice waits), and what to run after it."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from components.config.values.app_types import AppName
from operate.adopt.prompts import Answers, asked, typed
from operate.core.errors import RefusedError
from operate.core.yaml_text import plain
from operate.stack import estate, stack_files

SCHEMA_LINE = "# yaml-language-server: $schema=docs/petbase.schema.json"
"""For editors: which keys there are, and what fits."""


def path_for_new(stack: str) -> Path:
    """Where the file of `stack` goes; RefusedError where it is already filled in."""
    if not stack_files.is_name(stack):
        raise RefusedError(f'"{stack}" is not a stack name; use letters, digits, "-", "_" and ".", as in prod.')
    file = stack_files.stack_file(stack)
    if file.exists() and not stack_files.is_example(file):
        raise RefusedError(f"{file.name} is already filled in, so nothing was written. Edit it, or delete it first.")
    return file


def write(file: Path, text: str) -> None:
    """Replace the example, or make the file; never half of it."""
    spare = file.with_name(f".{file.name}.new")
    spare.write_text(text)
    spare.replace(file)


def next_commands(stack: str, answers: Answers) -> Iterator[str]:
    """What a person runs after the file is there."""
    if not answers.host and not os.environ.get("HCLOUD_TOKEN"):
        yield "export HCLOUD_TOKEN=...              # docs/tokens.md says which permissions"
    if not os.environ.get("CLOUDFLARE_API_TOKEN"):
        yield "export CLOUDFLARE_API_TOKEN=...      # docs/tokens.md says which permissions"
    yield "pulumi login                         # where the state lives: docs/state.md"
    yield f"pulumi stack init {stack}"
    if answers.host:
        yield "pulumi config set --secret petbase:sshPrivateKey < KEY   # or: an SSH agent with the key"
    yield "pulumi preview"
    yield "pulumi up"


def with_first_app(answers: Answers) -> Answers:
    """The answers with the app that a person names, asked until it fits with them; none is an answer too."""

    def check(name: str) -> str:
        if name and (problems := estate.problems(_text(replace(answers, apps=(typed(AppName)(name),))))):
            raise ValueError("; ".join(problems))
        return name

    text(answers)  # what cannot be mended by another name is refused before the question
    first = asked("--app", "Name of your first app, like fruits (Enter: none yet)", None, check, "")
    return replace(answers, apps=(first,) if first else ())


def text(answers: Answers) -> str:
    """The whole file; RefusedError lists what the program would refuse in it."""
    whole = _text(answers)
    if problems := estate.problems(whole):
        raise RefusedError("These answers do not fit together, so nothing was written: " + "; ".join(problems))
    return whole


def _text(answers: Answers) -> str:
    lines = [
        SCHEMA_LINE,
        "# Written by ./petbase init. Every key: docs/stack-file.md. Examples: docs/stack-file-example.md.",
        "config:",
        "  petbase:estate:",
        f"    domain: {plain(answers.domain)}".ljust(33) + "# an app's default name is APP.DOMAIN",
        "    server:",
        *(_existing(answers) if answers.host else _new(answers)),
        *_dokku(answers),
        "    backups:",
        f"      account-id: {plain(answers.account_id)}",
        f"      bucket: {plain(answers.bucket)}",
        '      schedule: "0 3 * * *"      # cron, UTC',
        "      keep-days: 35",
        "      lock-days: 7               # younger dumps cannot be deleted by anyone",
        *_edge(answers),
        *_apps(answers),
    ]
    return "\n".join(lines) + "\n"


def _new(answers: Answers) -> Iterator[str]:
    yield f"      type: {plain(answers.type)}".ljust(33) + "# a new Hetzner server; prices: hetzner.com/cloud"
    yield f"      location: {plain(answers.location)}"
    yield "      authorized-keys:           # they open root and `git push`"
    yield f"        - {plain(answers.public_key)}"


def _existing(answers: Answers) -> Iterator[str]:
    yield f"      host: {plain(answers.host or '')}".ljust(33) + "# an existing server; nothing is created"
    yield f"      host-key: {plain(answers.host_key or '')}"
    if answers.user != "root":
        yield f"      user: {plain(answers.user)}".ljust(33) + "# needs sudo without a password"
    if answers.ssh_port != 22:
        yield f"      ssh-port: {answers.ssh_port}"
    yield "      authorized-keys:           # they open root and `git push`"
    yield f"        - {plain(answers.public_key)}"


def _dokku(answers: Answers) -> Iterator[str]:
    if answers.bootstrap_sha256:
        yield "    dokku:"
        yield f"      bootstrap-sha256: {plain(answers.bootstrap_sha256)}"


def _edge(answers: Answers) -> Iterator[str]:
    if answers.email:
        yield f"    # Cloudflare's own certificate does not cover names below {answers.domain} (docs/names.md)."
        yield f"    edge: {{proxied: false, tls: letsencrypt, email: {plain(answers.email)}}}"


def _apps(answers: Answers) -> Iterator[str]:
    if not answers.apps:
        yield "    apps: {}                     # one line each, as in: apps: {fruits: {}}"
        return
    yield "    apps:"
    yield from (f"      {plain(app)}: {{}}" for app in answers.apps)
