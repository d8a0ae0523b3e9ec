"""The drill: the newest dump restored whole into a database to throw away, as a restore would, and what it proves."""
