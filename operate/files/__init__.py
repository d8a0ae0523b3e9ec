"""The buckets of apps: how full they are, which have no app any more, and the end of one."""
