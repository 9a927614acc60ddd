"""Results so far: who has how many credits and which grade, who is still open and why, and files of it."""
