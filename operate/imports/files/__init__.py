"""Files from a folder or from another store's bucket, into an app's own bucket."""
