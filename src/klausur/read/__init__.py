"""A placed page to Readings: the marks in its boxes, and what they answer."""
