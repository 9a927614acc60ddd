"""Credits and grades: pure functions over exact numbers."""
