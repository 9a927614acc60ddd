"""The place of those who keep an exam: how long its data are kept, and deleting them then."""
