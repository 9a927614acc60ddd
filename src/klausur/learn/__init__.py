"""The networks, and how they are trained; needs the extra 'learn'."""
