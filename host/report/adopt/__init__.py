"""`report adopt`: a server that somebody set up by hand."""
