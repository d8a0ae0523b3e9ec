"""Health check: what is not as declared or not healthy, each with its repair."""
