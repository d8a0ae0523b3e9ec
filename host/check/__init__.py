"""The check every 15 minutes: are the dumps young and readable, and is the server well otherwise?"""
