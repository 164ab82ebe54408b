"""Trials: what must hold when workers are killed, when many sweep at once, over a month, and in bad luck."""
