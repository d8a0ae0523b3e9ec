"""The host's cron and its notation."""
