"""The table on site: a browser is let in by a code, and out when the time is over."""
