"""Where an exam stands at a glance, and what to do next."""
