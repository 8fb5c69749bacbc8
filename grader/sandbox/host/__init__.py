"""The trusted side of the wall: starts the zygote, asks workers, ends them."""
