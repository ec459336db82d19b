"""*Réglages du centre*: identity, colour, logo; and the stylesheet made of them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from veille.colour import accent_for_dark, accent_for_light
from veille.exceptions import BadInput
from veille.models import Centre
from veille.staff.audit import record
from veille.staff.roles import SETTINGS, requires
from veille.web.kit import actor_of

LOGO = re.compile(r"logo-[0-9a-f]{16}\.(png|jpg)")
MOST_BYTES = 200 * 1024
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}  # SVG may carry script: refused


class CentreForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """What the letters and pages print of the centre."""

    site_url = forms.URLField(label="site", required=False, assume_scheme="https")
    privacy_url = forms.URLField(
        label="page de confidentialité", required=False, assume_scheme="https"
    )
    logo_file = forms.FileField(required=False)
    remove_logo = forms.BooleanField(required=False)

    class Meta:
        model = Centre
        fields: ClassVar[list[str]] = [
            "name", "accent", "font", "logo_alt", "site_url", "contact_email", "postal_address",
            "publisher", "privacy_url",
        ]  # fmt: skip

    def clean_accent(self) -> str:
        """Unreadable colours are refused with the ratio."""
        try:
            return accent_for_light(self.cleaned_data["accent"])
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error

    def clean_logo_file(self) -> tuple[str, bytes] | None:
        """PNG or JPEG by its bytes, whatever its name says, at most 200 ko."""
        upload: UploadedFile | None = self.cleaned_data["logo_file"]
        if not upload:
            return None
        data = upload.read(MOST_BYTES + 1)
        kind = next((kind for head, kind in SIGNATURES.items() if data.startswith(head)), "")
        if not kind:
            raise forms.ValidationError(_("Le logo doit être une image PNG ou JPEG."))
        if len(data) > MOST_BYTES:
            raise forms.ValidationError(_("Le logo dépasse 200 ko : réduisez l’image."))
        return f"logo-{hashlib.sha256(data).hexdigest()[:16]}.{kind}", data


def _save(form: CentreForm, request: HttpRequest) -> None:
    centre = form.save(commit=False)
    if form.cleaned_data["remove_logo"]:
        centre.logo = ""
    if form.cleaned_data["logo_file"]:
        name, data = form.cleaned_data["logo_file"]
        folder = Path(settings.MEDIA_ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        centre.logo = name
    with transaction.atomic():
        centre.save()
        record(actor_of(request), "changed the centre", centre.name, fields=form.changed_data)


@requires(SETTINGS)
def centre(request: HttpRequest) -> HttpResponse:
    """The form, its errors beside the fields, and what the accent gives in light and dark."""
    current = Centre.current()
    form = CentreForm(request.POST or None, request.FILES or None, instance=current)
    if request.method == "POST" and form.is_valid():
        _save(form, request)
        messages.success(request, _("Réglages enregistrés."))
        return redirect("veille:centre")
    context: dict[str, Any] = {"form": form, "saved": Centre.current()}
    return render(request, "pages/veille/centre.html", context, status=422 if form.errors else 200)


@login_not_required
def logo(request: HttpRequest) -> HttpResponseBase:
    """The centre's logo as it is now."""
    name = Centre.current().logo
    path = Path(settings.MEDIA_ROOT) / name
    if not name or not path.is_file():
        raise Http404
    answer = FileResponse(path.open("rb"))
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@login_not_required
def logo_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One logo by the name of its content: a letter keeps the logo it was approved with (P6)."""
    path = Path(settings.MEDIA_ROOT) / name
    if not LOGO.fullmatch(name) or not path.is_file():
        raise Http404
    answer = FileResponse(path.open("rb"))
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@login_not_required
def stylesheet(request: HttpRequest) -> HttpResponse:
    """The accent colour as custom properties, readable in both schemes."""
    accent = Centre.current().accent
    css = f":root {{ --accent-light: {accent}; --accent-dark: {accent_for_dark(accent)}; }}\n"
    answer = HttpResponse(css, content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer
