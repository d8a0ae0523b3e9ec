"""Rules that concern more than one field of the stack file."""
