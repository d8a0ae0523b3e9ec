"""Certificates of apps: from a pair that the stack sends, or by Let's Encrypt."""
