"""The trusted side: checks, the stand-in for the student, comparison, draws."""
