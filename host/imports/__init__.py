"""Imports: a database from elsewhere, brought into shape in a container to throw away, then restored as an app's."""
