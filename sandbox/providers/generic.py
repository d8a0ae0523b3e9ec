"""Classes for the resources that no test needs to be real: an entry in the account, nothing more."""

from .resource import Kinds, Stored
from .schema import Schema


def the_rest(schema: Schema, real: Kinds) -> Kinds:
    """`real`, and for every other resource of the schema a Stored one."""
    plain = {token: type("Plain", (Stored,), {"token": token}) for token in schema.resources if token not in real}
    return {**plain, **real}
