"""The component resources, one a file."""
