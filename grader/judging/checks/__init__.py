"""What a check is written with, and what it holds while it runs."""
