"""Who does what in an exam: the examiner's own page of roles and invitations."""
