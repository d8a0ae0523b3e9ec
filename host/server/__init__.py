"""The server itself: Dokku and its plugin, the global domain, keys, hardening, visitors' addresses."""
