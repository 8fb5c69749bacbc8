"""One file per format: results in, a page out."""
