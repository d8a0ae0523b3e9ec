"""Dumps: in the bucket, on their way to the server, unpacked in the service's container."""
