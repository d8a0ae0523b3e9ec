"""An app's settings: variables, ports, scale, checks, storage, resources. table.py lists the kinds."""
