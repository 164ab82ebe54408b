"""The entry point for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

from config.keys import refuse_without_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
refuse_without_keys()
application = get_asgi_application()
