"""An exam at home at its examiner's desk: who fetched papers and handed in, and what is late."""
