"""Why a check failed: words only, never points."""
