"""How values look on the wire: frames, bodies, errors, tokens."""
