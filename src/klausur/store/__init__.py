"""The records of one exam folder: Django models and their translation to the core types.

Django wants to be configured before a module with models is imported. Importing any module of this room
imports this one first, so it is done here, once, and nobody above needs to think of it.
"""

from klausur.store.django_start import start

start()
