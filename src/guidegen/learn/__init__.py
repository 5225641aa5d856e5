"""Learning: documents become a pack that renders them back byte for byte.

Thresholds here were measured on a prototype, on four published guides and on families made for it.
"""
