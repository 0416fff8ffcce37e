"""Chaos: random faults on the real system, a history of what happened, and a checker that shares no code with the rest."""
