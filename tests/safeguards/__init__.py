"""The proof of the proof: each safeguard is taken out of a copy of this checkout, and a named test must fail there."""
