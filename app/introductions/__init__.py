"""Contact by consent: asking to be introduced, what was shared with whom, blocking, reporting; people worth meeting."""
