"""Names, ports and certificates, and the proxy that they configure."""
