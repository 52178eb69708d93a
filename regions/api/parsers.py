"""Reading what clients send."""

import json

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as BaseJSONParser


class JSONParser(BaseJSONParser):
    """JSON; lists nested deeper than anybody needs are a 400 like other malformed input, and so is half a character.

    Half a character (a lone surrogate) can be written in JSON only as an escape, and stored or sent back by nobody.
    """

    takes_halves = False

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
            if not self.takes_halves:
                json.dumps(data, ensure_ascii=False).encode()
            return data
        except UnicodeEncodeError:
            raise ParseError(_("The JSON holds half a character (a lone surrogate); remove it.")) from None
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except ParseError as error:
            raise ParseError(_fault(error.__context__)) from None


class ListParser(JSONParser):
    """For lists whose members are judged one by one: one that holds half a character spoils no other."""

    takes_halves = True


def _fault(error: BaseException | None) -> str:
    if isinstance(error, json.JSONDecodeError):
        where = {"line": error.lineno, "column": error.colno}
        return _("The body is not JSON: see line %(line)d, column %(column)d.") % where
    if isinstance(error, UnicodeDecodeError):
        return _("The body is not UTF-8.")
    return _("The JSON cannot be read: a number in it is too long or none.")
