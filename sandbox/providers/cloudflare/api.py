"""What Cloudflare's API has in common: the shape of its errors, what a token may not, its ids and its times."""

import json
import secrets
from datetime import UTC, datetime
from http import HTTPStatus

from sandbox.providers.resource import ApiError, World

BASE = "https://api.cloudflare.com/client/v4"
NOT_PERMITTED = "not-permitted"
"""While .sandbox/cloud has a file of this name, the token lacks a permission: the file's words are parts of paths, and
every call there that makes or changes something is refused."""


def refusal(method: str, path: str, status: HTTPStatus, code: int, message: str) -> ApiError:
    """An error as the real provider prints it: the request, the HTTP status, and the answer's own code and text."""
    errors = [{"code": code, "message": message}]
    answer = json.dumps({"success": False, "errors": errors, "messages": [], "result": None}, separators=(",", ":"))
    return ApiError(f'failed to make http request: {method} "{BASE}{path}": {status.value} {status.phrase} {answer}')


def require_permitted(world: World, method: str, path: str) -> None:
    """Refuse as the API does where the token lacks the permission
    (https://github.com/cloudflare/terraform-provider-cloudflare/issues/3292); a user's tokens may answer 9109 instead.
    """
    switch = world.root / "cloud" / NOT_PERMITTED
    if switch.exists() and any(part in path for part in switch.read_text().split()):
        raise refusal(method, path, HTTPStatus.FORBIDDEN, 10000, "Authentication error")


def new_id() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)


def now() -> str:
    """A time as the API writes it, UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
