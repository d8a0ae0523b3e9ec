"""Another major version: a new service beside the old one gets everything, then the two change their data."""
