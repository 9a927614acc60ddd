"""The place of those who put paper away, and of those who look for it."""
