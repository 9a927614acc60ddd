"""Tokens by which programs act on an exam: made, listed and ended by people."""
