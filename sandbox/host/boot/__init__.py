"""What a host's disk holds, what it can see, and its way up."""
