"""What people read of the backups: the lists of ./petbase backups, and the recovery sheet."""
