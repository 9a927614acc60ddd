"""How pens are told from print and from all else in a window, pixel by pixel, for `klausur.read.segment`."""
