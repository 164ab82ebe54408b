"""The work: tasks and all that hangs on them, the screens, the check-ins."""
