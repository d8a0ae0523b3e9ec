"""Links: what an app has in the shared database, and the URL by which it finds that."""
