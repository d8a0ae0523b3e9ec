"""`postgres:backup*`: making, packing, encrypting and uploading dumps, and their schedule."""
