"""Unsigned requests: a browser's question before a page's request (CORS), and reading under a public name."""

from pathlib import Path
from urllib.parse import unquote

from sandbox.store import account, objects, web
from sandbox.store.http.errors import S3Error
from sandbox.store.http.on_objects import described
from sandbox.store.http.request import Response
from sandbox.store.http.signature import Asked

_VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


def preflight(root: Path, asked: Asked) -> Response:
    """What a page of this origin may send. S3Error AccessDenied where no rule of the bucket lets it."""
    origin, method = (asked.headers.get(name, "") for name in ("origin", "access-control-request-method"))
    given = asked.headers.get("access-control-request-headers", "")
    headers = [name.strip() for name in given.split(",") if name.strip()]
    rule = web.allowed(_rules(root, asked), origin, method, headers)
    if rule is None:
        raise S3Error("AccessDenied", "CORS is not configured for this bucket, or does not allow this request.")
    may = {"access-control-allow-methods": ", ".join(rule["allowed"]["methods"])}
    if headers:
        may["access-control-allow-headers"] = ", ".join(headers)
    if "maxAgeSeconds" in rule:
        may["access-control-max-age"] = str(int(rule["maxAgeSeconds"]))
    return Response(204, {"access-control-allow-origin": origin, "vary": _VARY, **may})


def with_cors(root: Path, asked: Asked, response: Response) -> Response:
    """The answer as a page of that origin may see it; unchanged where it may not, or the client is no browser."""
    origin = asked.headers.get("origin")
    rule = web.allowed(_rules(root, asked), origin, asked.method) if origin else None
    if origin is None or rule is None:
        return response
    more = {"access-control-allow-origin": origin, "vary": _VARY}
    if rule.get("exposeHeaders"):
        more["access-control-expose-headers"] = ", ".join(rule["exposeHeaders"])
    return Response(response.status, {**response.headers, **more}, response.body, response.file, response.size)


def read_by_everyone(root: Path, asked: Asked) -> Response | None:
    """The object, where the request is for a public name; None where it is for the store's own."""
    bucket = _public(root, asked)
    if bucket is None:
        return None
    if asked.method not in ("GET", "HEAD"):
        raise S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.")
    description, file = objects.read(root, bucket, unquote(asked.path.removeprefix("/"), errors="surrogateescape"))
    return Response(200, described(description), file=file, size=description.size)


def _public(root: Path, asked: Asked) -> str | None:
    return web.bucket_of(root, asked.headers.get("host", "").partition(":")[0])


def _rules(root: Path, asked: Asked) -> list[web.Rule]:
    bucket = _public(root, asked) or unquote(asked.path).removeprefix("/").partition("/")[0]
    return list(web.cors(root, bucket)) if bucket in account.buckets(root) else []
