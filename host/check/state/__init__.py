"""Petbase's files on this server: are all of them there, and do they hold what they should?"""
