"""What the accounts say before anything is made. Each look is one sentence; where it cannot look it says so."""

import hashlib
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from components.cloud.preflight import CLOUDFLARE_TOKEN_FORM, HCLOUD_TOKEN_FORM
from operate.adopt.prompts import Answers

HETZNER = "https://api.hetzner.cloud/v1"
CLOUDFLARE = "https://api.cloudflare.com/client/v4"
DOKKU = "https://raw.githubusercontent.com/dokku/dokku"
_SECONDS = 10
_R2_NOT_ENABLED = 10042


class UnseenError(Exception):
    """It could not be looked at; the text is the reason."""


def hetzner(answers: Answers) -> str:
    """Whether the token opens a project, and the server's type can be had at the location."""
    try:
        status, found = get(f"{HETZNER}/server_types?name={answers.type}", token("HCLOUD_TOKEN", HCLOUD_TOKEN_FORM))
    except UnseenError as reason:
        return f"not checked: {reason}"
    if status != 200:
        return f"HCLOUD_TOKEN is refused ({status}); make one with Read & Write: docs/tokens.md"
    types = found.get("server_types", [])
    if not types:
        return f'there is no server type "{answers.type}"; change server.type in the file'
    places = [price["location"] for price in types[0].get("prices", [])]
    if answers.location not in places:
        return f"{answers.type} is not available in {answers.location}; it is in {', '.join(places)}"
    return f"the token is good, and {answers.type} is on the list for {answers.location}"


def cloudflare(answers: Answers) -> str:
    """Whether the token reaches the account's R2, and R2 is enabled there."""
    try:
        url = f"{CLOUDFLARE}/accounts/{answers.account_id}/r2/buckets"
        status, found = get(url, token("CLOUDFLARE_API_TOKEN", CLOUDFLARE_TOKEN_FORM))
    except UnseenError as reason:
        return f"not checked: {reason}"
    if _R2_NOT_ENABLED in [error.get("code") for error in found.get("errors") or []]:
        return "R2 is not enabled on this account; enable it once: dashboard, R2 (error 10042)"
    if status != 200:
        return f"CLOUDFLARE_API_TOKEN does not open this account's R2 ({status}); its permissions: docs/tokens.md"
    return "the token is good, and R2 is enabled"


def bootstrap(version: str) -> tuple[str | None, str]:
    """The SHA-256 of Dokku's installer for `version`, or None; and a sentence about it."""
    url = f"{DOKKU}/v{version}/bootstrap.sh"
    try:
        text = _read(urllib.request.Request(url))[1]
    except UnseenError as reason:
        return None, f"its installer is not pinned: {reason}"
    if not text.startswith(b"#!"):
        return None, f"its installer is not pinned: {url} is not a script"
    return hashlib.sha256(text).hexdigest(), f"the installer of {version} is pinned by its checksum"


def token(variable: str, form: re.Pattern[str]) -> str:
    """The token from the environment; UnseenError where there is none, or none that can be one."""
    token = os.environ.get(variable)
    if not token:
        raise UnseenError(f"{variable} is not set")
    if not form.fullmatch(token):
        raise UnseenError(f"{variable} has {len(token)} characters that cannot be a token; copy it again")
    return token


def get(url: str, token: str) -> tuple[int, dict[str, Any]]:
    """A JSON object and its status; UnseenError without an answer."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    status, text = _read(request)
    try:
        found = json.loads(text)
    except ValueError:
        found = {}
    return status, found if isinstance(found, dict) else {}


def _read(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            if request.has_header("Authorization"):
                return refusal.code, refusal.read()
            raise UnseenError(f"{request.full_url} answers {refusal.code}") from None
    except OSError as problem:
        raise UnseenError(f"{request.host} was not reached ({getattr(problem, 'reason', problem)})") from None


def looks(answers: Answers) -> Iterator[tuple[str, str]]:
    """Every look that this estate needs, with the account's name."""
    if answers.host is None:
        yield "Hetzner", hetzner(answers)
    yield "Cloudflare", cloudflare(answers)
