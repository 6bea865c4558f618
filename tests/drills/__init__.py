"""Fault drills: a local arXiv that misbehaves, processes that are killed, weeks in which everything goes wrong."""
