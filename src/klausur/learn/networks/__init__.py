"""The networks that `klausur.read` runs, each a module that can be read in one sitting."""
