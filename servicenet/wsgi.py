import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicenet.settings")
# Whoever answers people gives up in time; commands take the time they need.
os.environ.setdefault("STATEMENT_SECONDS", "30")
os.environ.setdefault("IDLE_TRANSACTION_SECONDS", "60")
application = get_wsgi_application()
