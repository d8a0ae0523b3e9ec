"""The shared PostgreSQL service: made, changed, upgraded within its major version, refilled, destroyed."""
