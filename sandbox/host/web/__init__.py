"""The host's front door for HTTP and HTTPS."""
