"""How bad scans are made to look clean, for `klausur.read.restore`."""
