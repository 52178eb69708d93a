"""Autocompletes that ask the database for no key that cannot be one: a form shown again with `abc` chosen shows nothing chosen."""

from django.forms.widgets import ChoiceWidget

from regions.codes import is_digits


def is_key(text: str) -> bool:
    """True when a text can be a database key."""
    return is_digits(text) and len(text) < 19


class KeysOnly(ChoiceWidget):
    """For a select over records: leaves out what cannot be a key before the database is asked."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [key for key in value if is_key(str(key))], attrs)


def keys_only(widget):
    """The widget itself, made to ask for keys only; whichever class the look of the admin gave it."""
    kind = type(widget)
    if not issubclass(kind, KeysOnly):
        widget.__class__ = type(kind.__name__, (KeysOnly, kind), {})
    return widget
