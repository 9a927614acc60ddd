"""Spoilt paper and odd files, for benchmarks and tests: the catalogue of defects, and what they are made of.

Nothing of the product imports this, and no wheel has it. What readers train on, photographs and scanners
among it, is `klausur.rehearse`'s.
"""
