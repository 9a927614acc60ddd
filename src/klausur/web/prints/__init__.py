"""Printing: what it would add, looked at first; what each printing has made; the papers for the day."""
