"""Where a mailing can be read: a module a source, its name is the source's name in `sources:`."""
