"""`storage:*`: folders of the host in an app's container."""
