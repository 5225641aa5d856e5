"""What follows from facts: derivations and decision tables."""
