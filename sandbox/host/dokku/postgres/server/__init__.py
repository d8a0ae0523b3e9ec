"""The real PostgreSQL behind a service: its programs, its cluster, the server, its clients."""
