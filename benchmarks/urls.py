from django.urls import path

from servicenet.urls import urlpatterns as ours

from .views import OrdinaryView, TrivialView
from .yardsticks import bare_view

# Not included but taken in: addresses by language stand at the root only.
urlpatterns = [
    path("bare/view/", bare_view),
    path("api/v1/trivial/", TrivialView.as_view()),
    path("api/v1/ordinary/", OrdinaryView.as_view()),
    *ours,
]
