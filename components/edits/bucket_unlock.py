"""The run of ./petbase teardown --everything that removes a bucket's lock, so that the bucket can be emptied.

The provider's lock resource has an empty Delete, so only a run without rules takes the lock away. What the stack file
says would stay; what the environment of one run says is gone with it, and the next `up` locks again.
"""

import os

from components.config.backups_spec import Backups

VARIABLE = "PETBASE_UNLOCK"


def unlocked(spec: Backups) -> bool:
    """Whether this run lifts the bucket's lock, and lets the token that reads it delete there too."""
    return os.environ.get(VARIABLE) == spec.bucket
