"""Stand-ins for the outside world: arXiv's pages, filled with invented papers."""
