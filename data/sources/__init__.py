"""Readers of published files, one module a publisher, each telling its own files from content alone."""
