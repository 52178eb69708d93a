"""What programs read: robots.txt, the sitemap, the search description for browsers, llms.txt, favicon.ico."""

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse

from regions.choices import HotlineStatus
from regions.lookup.checked import checked_places, checked_services
from regions.models import Brand, Region, Service

from .page import only_read


class _Pages(Sitemap):
    i18n = True
    alternates = True
    limit = 5_000


class RegionPages(_Pages):
    """Every living division down to the counties that somebody with a verified number serves."""

    def items(self):
        return checked_places()

    def location(self, item: Region) -> str:
        return reverse("web:region", args=[item.code])


def _checked_services():
    """The directory never promotes a number that nobody checked."""
    return checked_services(HotlineStatus.VERIFIED, HotlineStatus.ATTESTED)


class BrandPages(_Pages):
    """Brands of which a number is verified or attested."""

    def items(self):
        brands = Brand.objects.filter(services__in=_checked_services())
        return brands.distinct().order_by("slug").only("slug")

    def location(self, item: Brand) -> str:
        return reverse("web:brand", args=[item.slug])


class ServicePages(_Pages):
    def items(self):
        services = Service.objects.filter(pk__in=_checked_services())
        return services.order_by("slug").only("slug")

    def location(self, item: Service) -> str:
        return reverse("web:service", args=[item.slug])


SITEMAPS = {"regions": RegionPages, "brands": BrandPages, "services": ServicePages}


def _text(request: HttpRequest, template: str, content_type: str) -> HttpResponse:
    context = {"root": request.build_absolute_uri("/").rstrip("/")}
    return render(request, f"web/{template}", context, content_type=f"{content_type}; charset=utf-8")


@only_read
def favicon(request: HttpRequest) -> HttpResponse:
    """The picture of the pages, for what asks for it under its old name."""
    return redirect(static("regions/icon.svg"))


@only_read
def robots(request: HttpRequest) -> HttpResponse:
    return _text(request, "robots.txt", "text/plain")


@only_read
def llms(request: HttpRequest) -> HttpResponse:
    return _text(request, "llms.txt", "text/plain")


@only_read
def opensearch(request: HttpRequest) -> HttpResponse:
    return _text(request, "opensearch.xml", "application/opensearchdescription+xml")
