"""The process that has the libraries loaded, forks workers and locks them down."""
