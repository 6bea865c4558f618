"""A daily Markdown digest of the new arXiv papers that matter to you."""

__version__ = "0.1.0"
