"""The tests: a module per module, and what none of them sees alone."""
