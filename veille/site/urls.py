"""The addresses of the service; each package names its own. Packages are known by string only."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("veille.web.urls", namespace="veille")),
    path("compte/", include("veille.staff.urls", namespace="staff")),
    path("lettres/", include("newsletter.web.urls", namespace="newsletter")),
    path("", include("newsletter.web.public_urls", namespace="public")),
    path("travaux/", include("schedules.web.urls", namespace="schedules")),
    path("sante/", include("veille.site.health", namespace="health")),
]
handler404 = "veille.site.errors.not_found"
handler403 = "veille.site.errors.forbidden"
handler500 = "veille.site.errors.server_error"
