"""How a request is begun: Django's handler, which lets a client choose only among encodings that read texts."""

import codecs

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

# In which forms and addresses are read; anything else is taken for UTF-8.
TEXTS = {
    codecs.lookup(name).name for name in ("utf-8", "ascii", "latin-1", "gb2312", "gbk", "gb18030", "big5")
}


class Request(WSGIRequest):
    """Django reads in any encoding that Python has a name for, even an address; some of them read no text, and fail before
    anybody could answer (`undefined`, `base64`, `idna`)."""

    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        charset = self.content_params.get("charset", "")
        if _reads(charset):
            self.encoding = charset


def _reads(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in TEXTS
    except (LookupError, ValueError):  # also a zero in the name
        return False


class Handler(WSGIHandler):
    request_class = Request
