"""What programs ask of an exam, in JSON, by a token: `operations` is the one table of it."""
