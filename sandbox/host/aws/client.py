"""The client: sends a request, and tries again as aws-cli's mode `standard` does.

Not botocore, which takes five times as long to start as the whole call does: tests make hundreds. Written from what
botocore sends and says.
"""

import http.client
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sandbox.host.aws import answers
from sandbox.host.aws.request import CallError, Request, signed
from sandbox.host.aws.words import Words

_Read = TypeVar("_Read")
_AGAIN = {500, 502, 503, 504}
_SLOWER = {"RequestTimeout", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"}


@dataclass(frozen=True)
class Client:
    """Credentials come from the environment only: a container has no configuration files."""

    endpoint: str
    region: str
    attempts: int
    timeouts: tuple[float | None, float | None]

    @classmethod
    def of(cls, words: Words) -> "Client":
        """As the words and the environment say."""
        environment = os.environ
        region = words.own.get("region") or environment.get("AWS_DEFAULT_REGION") or environment.get("AWS_REGION")
        endpoint = words.own.get("endpoint-url") or environment.get("AWS_ENDPOINT_URL")
        connect, read = (float(words.own.get(f"cli-{name}-timeout", 60)) or None for name in ("connect", "read"))
        region = region or "us-east-1"
        own = f"https://s3.{region}.amazonaws.com"
        return cls(endpoint or own, region, int(environment.get("AWS_MAX_ATTEMPTS", "3")), (connect, read))

    def send(self, request: Request) -> http.client.HTTPResponse:
        """The answer, its body unread. CallError, in botocore's words, when the last attempt has failed."""
        return self._tried(request, lambda answer: answer)

    def document(self, request: Request) -> dict[str, Any]:
        """The same with its document read."""
        return self._tried(request, answers.parsed)

    def _tried(self, request: Request, read: Callable[[http.client.HTTPResponse], _Read]) -> _Read:
        for attempt in range(1, self.attempts + 1):
            last = attempt == self.attempts
            try:
                answer = self._once(request)
                if answer.status < 300:
                    return read(answer)
                code, message = answers.problem(answer)
                problem, again = _refused(request, code, message, last, attempt), answer.status in _AGAIN
                again = again or code in _SLOWER
            except answers.BrokenError:
                problem, again = _refused(request, "500", "Internal Server Error", last, attempt), True
            except CallError as error:
                problem, again = error, error.code == 255
            if last or not again:
                raise problem
            time.sleep(os.urandom(1)[0] / 256 * min(2 ** (attempt - 1), 20))
        raise AssertionError("no attempt")

    def _once(self, request: Request) -> http.client.HTTPResponse:
        place = urlsplit(self.endpoint)
        kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        connection = kind(place.hostname or "", place.port, timeout=self.timeouts[0])
        headers = signed(request, place.netloc, self.region)
        target = f"{request.path}?{request.words()}" if request.query else request.path
        url = f'"{self.endpoint}{target}"'
        try:
            connection.connect()
        except TimeoutError as error:
            raise CallError(f"Connect timeout on endpoint URL: {url}", 255) from error
        except OSError as error:
            raise CallError(f"Could not connect to the endpoint URL: {url}", 255) from error
        connection.sock.settimeout(self.timeouts[1])
        try:
            return _answer(connection, request, target, headers)
        except TimeoutError as error:
            raise CallError(f"Read timeout on endpoint URL: {url}", 255) from error
        except (OSError, http.client.HTTPException) as error:
            closed = "Connection was closed before we received a valid response from endpoint URL"
            raise CallError(f"{closed}: {url}.", 255) from error


def _refused(request: Request, code: str, message: str, last: bool, attempt: int) -> CallError:
    retries = f" (reached max retries: {attempt - 1})" if last else ""
    return CallError(f"An error occurred ({code}) when calling the {request.operation} operation{retries}: {message}")


def _answer(
    connection: http.client.HTTPConnection, request: Request, target: str, headers: Mapping[str, str]
) -> http.client.HTTPResponse:
    # A store may refuse before it has read the body.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request(request.method, target, request.body or None, headers)
    return connection.getresponse()
