"""The exam as it is kept: all variants at hand, with the bytes of every file that typesetting them needs.

    model   the value, and several of them as one      text   to versioned JSON and back
    form    the JSON's own types, version 1            files  from the exam's folder, and into an empty one
    write   model to form                              read   form to model

What is asked is fixed by the first print; this is what the records keep of it.
"""

from klausur.exam.frozen.files import gather, materialise
from klausur.exam.frozen.model import Frozen, joined
from klausur.exam.frozen.text import SCHEMA, freeze, thaw, thaw_bare

__all__ = ["SCHEMA", "Frozen", "freeze", "gather", "joined", "materialise", "thaw", "thaw_bare"]
