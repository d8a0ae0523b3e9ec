"""One self-contained page: a stack as a picture, its dumps, tables and figures over time, what doctor finds."""
