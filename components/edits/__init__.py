"""Edits of a stack file: what is refused in the preview, what moves with a new name."""
