"""Candidates who log in: the list of their exams, and how they get an account."""
