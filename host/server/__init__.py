"""The server itself: the machine, Dokku and its plugin, the global domain, keys, hardening, visitors' addresses."""
