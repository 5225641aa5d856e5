"""Building many guides: what is to be made, what was made before, and where it goes."""
