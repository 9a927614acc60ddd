"""The list of candidates: who takes the exam, newer lists, corrections, who was absent or ill, walk-ins."""
