"""Whose booklets are of which nobody knows it yet: covers, what stands on them, and the likeliest people."""
