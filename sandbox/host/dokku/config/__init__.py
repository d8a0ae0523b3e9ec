"""An app's variables and docker's options."""
