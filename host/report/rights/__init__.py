"""Rights in the database that Petbase did not give."""
