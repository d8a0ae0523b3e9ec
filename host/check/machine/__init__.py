"""Is the server itself well: its disk, memory and clock, and its security updates?"""
