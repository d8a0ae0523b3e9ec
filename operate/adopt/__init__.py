"""A new stack file, by prompts (init) or from a server that exists (adopt)."""
