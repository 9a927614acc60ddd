"""The start page: the exams of who is logged in."""
