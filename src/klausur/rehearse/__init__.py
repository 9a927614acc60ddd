"""A pen and a scanner in software: fills printed booklets, degrades them, and keeps the truth beside."""
