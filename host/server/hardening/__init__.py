"""A server that is hardened and kept so. docs/server.md says what each file is for."""
