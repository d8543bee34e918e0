"""The way in for an ASGI server. Prefer WSGI: under ASGI each request opened a database session in a trial."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

application = get_asgi_application()
