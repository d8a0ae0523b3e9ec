"""The runs of ./petbase drop-data in which a bucket whose app has gone is opened, emptied and deleted.

What the environment of one run says is gone with it: the next `up` knows neither the bucket nor the key.
"""

import os

OPEN, DELETE = "PETBASE_OPEN_BUCKET", "PETBASE_DELETE_BUCKET"
"""ACCOUNT/BUCKET/JURISDICTION of the bucket that gets a key, and of the one that may be deleted too."""


TARGETED = "PETBASE_TARGETED"
"""Set in every run of a few resources alone (operate/stack/engine.py): an import would happen whatever is targeted."""


def imports() -> bool:
    """Whether this run may take a bucket of an app into the state."""
    return not os.environ.get(TARGETED)


def opened() -> str:
    """The bucket that this run opens; "" in every other run."""
    return os.environ.get(OPEN, "") or deleted()


def deleted() -> str:
    """The bucket that comes into the state in this run, so that the next one may delete it; "" in every other run."""
    return os.environ.get(DELETE, "")


def bucket_of_run(name: str) -> str:
    """The bucket's name in the program, for that run."""
    return f"petbase-drop-{name}"


def key_of_run(name: str) -> str:
    """The key's name in the program, for that run."""
    return f"petbase-drop-{name}-key"
