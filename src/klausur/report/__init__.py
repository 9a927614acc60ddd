"""What people and other programs are given at the end: the results table and its figures."""
