"""The process with warm libraries that forks workers and locks them down."""
