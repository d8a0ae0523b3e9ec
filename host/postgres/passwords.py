"""Whether a password is a role's own, without logging in: by the verifier that PostgreSQL keeps of it."""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping

from host.postgres.psql import Psql

_VERIFIERS = """
SELECT COALESCE(json_object_agg(rolname, COALESCE(rolpassword, '')), '{}') FROM pg_authid WHERE rolcanlogin
"""


def verifiers(psql: Psql) -> Mapping[str, str]:
    """What PostgreSQL keeps of each role's password. It opens nothing, but belongs in no report either."""
    found: Mapping[str, str] = psql.json(_VERIFIERS)
    return found


def is_of(role: str, password: str, verifier: str) -> bool:
    """Whether a password opens the role: SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER, or md5 and its digest (RFC 5802).

    Letters beyond ASCII may be spelled in several ways, which PostgreSQL makes one: such a password counts as right.
    """
    if not password.isascii():
        return bool(verifier)
    if verifier.startswith("md5"):
        digest = hashlib.md5((password + role).encode(), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(verifier, f"md5{digest}")
    method, _, rest = verifier.partition("$")
    head, _, keys = rest.partition("$")
    iterations, _, salt = head.partition(":")
    if method != "SCRAM-SHA-256" or not iterations.isdecimal():
        return False
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), b64decode(salt), int(iterations))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return hmac.compare_digest(stored, b64decode(keys.partition(":")[0]))
