"""What is made at Hetzner and Cloudflare, and what must be true of the accounts first."""
