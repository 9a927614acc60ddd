"""The desk of those who answer objections."""
