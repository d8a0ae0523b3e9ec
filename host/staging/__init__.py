"""A PostgreSQL to throw away: a dump from elsewhere is loaded there, reduced to what can come, and made an app's."""
