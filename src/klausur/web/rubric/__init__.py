"""A question's rubric in use: its lines, what a change of them does, and who changed what."""
