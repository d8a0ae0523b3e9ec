"""What ./petbase backups shows."""
