"""Decoders: the bytes of one page to grey levels or RGB on white paper, a module for each library.

Each is given bytes of a format that it is made for, and asks `klausur.scan.pixels.allowed` as soon as it
knows how large the image is, before it decodes. Which formats there are stands in `klausur.scan.formats`.
"""
