"""What stops a command: one clear line for a person, without a traceback."""

from __future__ import annotations


class Failed(Exception):
    """The command cannot go on. The text is one line that says what to do."""


class Stopped(Exception):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, a closed terminal) while we were starting."""
