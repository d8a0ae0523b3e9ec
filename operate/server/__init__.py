"""The server over SSH: connections, queries, its report, tunnels."""
