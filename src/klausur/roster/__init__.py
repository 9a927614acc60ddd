"""Who sits the exam: candidates and their registration numbers."""
