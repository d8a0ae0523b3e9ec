"""How the OpenSSH client is called, and what its failures mean."""
