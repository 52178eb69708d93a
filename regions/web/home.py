"""The first page: one box, and what the directory holds."""

from django.http import HttpRequest, HttpResponse

from regions.gazetteer.active import active_edition
from regions.models import Brand, Region, Release, Service
from regions.models.region import COUNTRY_CODE

from .page import only_read, show


@only_read
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "release": Release.objects.filter(edition=active_edition()).first(),
        "services": Service.objects.count(),
        "brands": Brand.objects.count(),
        "regions": Region.objects.open().exclude(code=COUNTRY_CODE).count(),
    }
    return show(request, "web/home.html", context)
