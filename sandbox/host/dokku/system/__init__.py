"""The host as a whole: its version, its plugins, who may push."""
