"""The entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.keys import refuse_without_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
refuse_without_keys()
application = get_wsgi_application()
