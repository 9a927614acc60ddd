"""The contract between printer and reader: page codes, fields, layouts and print runs."""
