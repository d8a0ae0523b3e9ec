"""Apps: made, renamed, given their domains, removed."""
