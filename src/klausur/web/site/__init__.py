"""The administrator's desk: people, roles, invitations, exams, jobs, disk, versions."""
