"""Starts a server, puts real clients in front of it, and counts what works. Python's standard library only."""
