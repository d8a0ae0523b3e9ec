"""A database from elsewhere, into an app's schemas."""
