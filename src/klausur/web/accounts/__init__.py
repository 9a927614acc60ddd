"""Coming in: by invitation, by a one-time link of the terminal, and as a person who chooses a language."""
