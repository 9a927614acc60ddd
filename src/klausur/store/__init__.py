"""The records of one exam folder: Django models and their translation to the core types."""
