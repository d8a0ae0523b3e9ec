"""Loading a dump without trusting it: loading roles, what they may see, and what became of each app's data."""
