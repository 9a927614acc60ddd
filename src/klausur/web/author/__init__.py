"""What a check finds in the source, what becomes of its key's claims, and the papers as pages with fields."""
