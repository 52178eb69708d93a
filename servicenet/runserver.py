"""What `manage.py runserver` serves: the same application, which has read ahead as gunicorn's workers have (gunicorn.conf.py)."""

from regions.lookup.ahead import read_ahead

from .wsgi import application

__all__ = ["application"]

read_ahead()
