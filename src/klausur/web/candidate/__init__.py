"""The candidate's page: their results by a personal link, and objections to them."""
