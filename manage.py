#!/usr/bin/env python
"""Django's command line for Handover."""

import os
import sys

from django.core.management import execute_from_command_line

# What works before there are keys, and what looks at them in its own way or wants no database for it.
WITHOUT_KEYS = {"help", "version", "new_key"}
WITHOUT_DATABASE = {
    *("check", "collectstatic", "compilemessages", "makemessages", "makemigrations", "migrate", "rotate_keys"),
    *("showmigrations", "sqlmigrate"),
}


def main() -> None:
    """Run a command, if the keys that seal secrets are there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "help")
    if command == "new_key":  # before any setting can be read
        from accounts.management.commands.new_key import Command

        Command().run_from_argv(sys.argv)
        return
    if command not in WITHOUT_KEYS:
        from config.keys import refuse_without_keys

        refuse_without_keys(database=command not in WITHOUT_DATABASE)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
