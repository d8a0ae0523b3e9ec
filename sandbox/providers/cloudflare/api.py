"""What Cloudflare's API has in common: the shape of its errors, its ids and its times."""

import json
import secrets
from datetime import UTC, datetime
from http import HTTPStatus

from sandbox.providers.resource import ApiError

BASE = "https://api.cloudflare.com/client/v4"


def refusal(method: str, path: str, status: HTTPStatus, code: int, message: str) -> ApiError:
    """An error as the real provider prints it: the request, the HTTP status, and the answer's own code and text."""
    errors = [{"code": code, "message": message}]
    answer = json.dumps({"success": False, "errors": errors, "messages": [], "result": None}, separators=(",", ":"))
    return ApiError(f'failed to make http request: {method} "{BASE}{path}": {status.value} {status.phrase} {answer}')


def new_id() -> str:
    """32 hexadecimal digits."""
    return secrets.token_hex(16)


def now() -> str:
    """A time as the API writes it, UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
