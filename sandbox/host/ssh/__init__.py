"""The host's SSH server: connections, sessions, files."""
