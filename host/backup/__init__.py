"""The schedule of a service's dumps: credentials, image, encryption, time."""
