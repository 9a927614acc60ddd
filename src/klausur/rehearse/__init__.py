"""A pen and a scanner in software, with the truth beside."""
