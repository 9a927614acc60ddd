"""An exam on its own paper as the template takes it: the pages of the PDF, and what lies on each, in mm."""

from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

from klausur.base.credits import show_credits
from klausur.base.geometry import Box
from klausur.exam.model import CreditForm, Exam, Question
from klausur.exam.own_paper import PDF, OwnPaper, OwnQuestion
from klausur.typeset import wording
from klausur.typeset.own_boxes import over, places

_OVER = 0.35
"""mm of white round a square that is painted over: its line is half as thick, and may lie askew."""

Item = dict[str, Any]


def data(exam: Exam, own: OwnPaper) -> dict[str, Any]:
    """The pages with their items. ``what`` an item is says the template."""
    items: dict[int, list[Item]] = {page.page: [] for page in own.pages}
    named = {place.id: place for place in own.questions}
    for question in exam.questions:
        place = named.get(question.id)
        if place is not None:
            for page, item in _of_question(exam, question, own, place):
                items[page].append(item)
    cover = own.cover
    return {
        "pdf": f"/{PDF}",
        "cover": None
        if cover is None
        else {"registration": cover.registration, "sticker": cover.sticker, "name": cover.name},
        "pages": [
            {
                "number": page.page,
                "x": page.x,
                "y": page.y,
                "w": page.w * page.scale,
                "h": page.h * page.scale,
                "items": sorted(items[page.page], key=lambda item: item["what"] != "white"),
                "covered": [_plain(page.on_sheet(Box(*box))) for box in page.covered],
            }
            for page in own.pages
        ],
    }


def _of_question(
    exam: Exam, question: Question, own: OwnPaper, place: OwnQuestion
) -> Iterator[tuple[int, Item]]:
    for at, region in enumerate(place.answers, start=1):
        box = own.page(region.page).on_sheet(region.box)
        name = f"{question.id}/answer" + (f"/{at}" if at > 1 else "")
        yield (
            region.page,
            {"what": "space", "id": name, "question": question.id, "first": at == 1, **_plain(box)},
        )
    if place.credits is not None and exam.credit_form is CreditForm.NUMBER:
        yield (
            place.credits.page,
            {
                "what": "credits",
                "question": question.id,
                "most": show_credits(question.credits),
                "step": show_credits(question.step),
                "x": place.credits.x,
                "y": place.credits.y,
            },
        )
    elif place.credits is not None:
        for (x, y), value in zip(
            places(place.credits, len(question.credit_values)), question.credit_values, strict=True
        ):
            yield (
                place.credits.page,
                {
                    "what": "credit",
                    "question": question.id,
                    "value": show_credits(value).replace("/", ":"),
                    "worth": show_credits(value),
                    "shown": wording.number(value, exam.locale),
                    "whole": value.denominator == 1,
                    "above": place.credits.across,
                    "x": x,
                    "y": y,
                },
            )
    yield from _choices(question, own, place)


def _choices(question: Question, own: OwnPaper, place: OwnQuestion) -> Iterator[tuple[int, Item]]:
    """Boxes for the choices, each over its square or all in a column with their letters."""
    column = place.column
    moved = [] if column is None else places(column, len(question.choices))
    for at, (choice, square) in enumerate(zip(question.choices, place.squares, strict=False)):
        box = own.page(square.page).on_sheet(square.box)
        yield square.page, {"what": "white", **_plain(box.grown(_OVER))}
        (x, y), page = over(box, place.left), square.page
        letter = ascii_uppercase[at]
        if column is not None:
            yield square.page, {"what": "letter", "text": letter, **_plain(box)}
            (x, y), page = moved[at], column.page
        yield (
            page,
            {
                "what": "choice",
                "question": question.id,
                "choice": choice.id,
                "right": choice.right,
                "label": "" if column is None else letter,
                "above": column is not None and column.across,
                "x": x,
                "y": y,
            },
        )


def _plain(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "w": box.w, "h": box.h}
