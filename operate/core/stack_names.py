"""The stack of the sandbox, and what a person types for a stack."""

SANDBOX = "sandbox"


def up(stack: str) -> str:
    """What brings an edit of its stack file to the server."""
    return "./petbase sandbox up" if stack == SANDBOX else f"pulumi up --stack {stack}"
