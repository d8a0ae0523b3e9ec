"""Apps, from `apps:create` to a running deploy."""
