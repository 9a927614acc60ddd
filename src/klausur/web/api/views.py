"""The API's own document, for programs that read such."""

from django.http import HttpRequest, JsonResponse

from klausur.web.access import open_page
from klausur.web.api.document import document


@open_page()
def openapi(_request: HttpRequest) -> JsonResponse:
    """What may be asked, as OpenAPI."""
    return JsonResponse(document())
