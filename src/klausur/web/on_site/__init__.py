"""The desk of the review on site: who looks when at which table, opened and ended by who watches."""
