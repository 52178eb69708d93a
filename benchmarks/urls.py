from django.urls import include, path

from .views import OrdinaryView, TrivialView

urlpatterns = [
    path("api/v1/trivial/", TrivialView.as_view()),
    path("api/v1/ordinary/", OrdinaryView.as_view()),
    path("", include("servicenet.urls")),
]
