"""Does the machine stay up: disk, memory, certificates, clock, updates?"""
