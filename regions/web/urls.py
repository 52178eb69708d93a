"""The public pages."""

from django.urls import path

from . import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("coverage/", views.coverage, name="coverage"),
    path("numbers/", views.number, name="number"),
    path("services/<slug:slug>/", views.service, name="service"),
]
