"""A service's dumps: their schedule, credentials and encryption, and the watch over them."""
