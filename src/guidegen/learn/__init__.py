"""Learning: documents become a pack that renders them back byte for byte."""
