"""A second home for a service's dumps: copies of the verified ones in a store at another provider."""
