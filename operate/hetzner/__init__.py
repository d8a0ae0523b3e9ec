"""Hetzner's API, used beside the engine: resize, the SSH firewall."""
