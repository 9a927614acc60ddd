"""Addresses of pictures that a browser may keep for good: each carries the version of what it shows."""

from urllib.parse import urlencode

from django.urls import reverse

from klausur.actions.page_pictures import version
from klausur.state.facts import Spot, StoredImage


def of_image(slug: str, image: StoredImage) -> str:
    """All of an image: upright if it is a page, else as it was scanned."""
    return _kept(reverse("picture-image", args=[slug, image.id]), image)


def cleaned(slug: str, image: StoredImage) -> str:
    """All of an image, as the restorer makes it look."""
    return _kept(reverse("picture-cleaned", args=[slug, image.id]), image)


def of_page(slug: str, image: StoredImage, spot: Spot) -> str:
    """The page that an image counts as."""
    return _kept(reverse("picture-page", args=[slug, spot.sheet.value, spot.booklet, spot.page]), image)


def of_field(slug: str, image: StoredImage, booklet: int, field: str) -> str:
    """A box of a booklet's page, with some room round it."""
    return _kept(reverse("picture-field", args=[slug, booklet, field]), image)


def on_list(slug: str, image: StoredImage, field: str) -> str:
    """A signature on a page of an attendance list, with some room round it."""
    number = 0 if image.spot is None else image.spot.booklet
    return _kept(reverse("picture-on-list", args=[slug, number, field]), image)


def of_question(slug: str, image: StoredImage, booklet: int, question: str) -> str:
    """What of a booklet's page belongs to a question."""
    return _kept(reverse("picture-question", args=[slug, booklet, question]), image)


def of_space(slug: str, image: StoredImage, booklet: int, field: str) -> str:
    """The space of a booklet's page in which an answer is written."""
    return _kept(reverse("picture-space", args=[slug, booklet, field]), image)


def _kept(address: str, image: StoredImage) -> str:
    return f"{address}?{urlencode({'i': image.id, 'v': version(image)})}"
