"""The component resources, one a file; those of backups in a folder."""
