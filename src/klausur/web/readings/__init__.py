"""Unclear readings, and all others: people see a box, press a key, and it is settled."""
