# ruff: noqa: E501 - rules and broken words read best in one line
"""What Canvas and QTI 1.2 ask of a package, written down from the specification and from what Canvas exports."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from .qti_rules import _manifest, name, out_of_order

ORDER = {
    "item": ["itemmetadata", "presentation", "resprocessing", "itemfeedback"],
    "resprocessing": ["outcomes", "respcondition"],
    "respcondition": ["conditionvar", "setvar", "displayfeedback"],
    "response_lid": ["material", "render_choice"],
    "response_str": ["material", "render_fib"],
    "presentation": ["material", "response_lid", "response_str"],
    "assessment": ["qtimetadata", "section"],
    "section": ["item"],
}
NEEDS = {
    "item": "itemmetadata presentation", "resprocessing": "outcomes respcondition", "respcondition": "conditionvar",
    "outcomes": "decvar", "render_choice": "response_label", "material": "mattext", "itemfeedback": "flow_mat",
    "assessment": "section", "presentation": "material",
}  # fmt: skip
SAYS = {
    "item": "ident title", "assessment": "ident title", "section": "ident", "response_lid": "ident rcardinality",
    "response_str": "ident rcardinality", "response_label": "ident", "varequal": "respident", "vargte": "respident",
    "varlte": "respident", "itemfeedback": "ident", "setvar": "varname action",
}  # fmt: skip
TYPES = frozenset(
    f"{one}_question"
    for one in [
        "multiple_choice",
        "multiple_answers",
        "true_false",
        "numerical",
        "essay",
        "short_answer",
        "matching",
        "text_only",
        "file_upload",
        "fill_in_multiple_blanks",
        "multiple_dropdowns",
        "calculated",
    ]
)


def broken(files: Mapping[str, bytes]) -> list[str]:
    """What a package of Canvas says otherwise than its rules, in words; nothing if it keeps them all."""
    found = list(_manifest(files))
    quizzes = [path for path, data in files.items() if b"<questestinterop" in data]
    if not quizzes:
        return [*found, "no quiz"]
    for path in quizzes:
        root = etree.fromstring(files[path])
        found += [f"{path}: {words}" for words in (*_elements(root), *_items(root))]
        meta = files.get(f"{path.rpartition('/')[0]}/assessment_meta.xml")
        if meta is None:
            found.append(f"{path}: no assessment_meta.xml")
        elif etree.fromstring(meta).get("identifier") != root.xpath(
            "string(//*[local-name()='assessment']/@ident)"
        ):
            found.append(f"{path}: assessment_meta.xml is about another quiz")
        for picture in re.findall(r"\$IMS-CC-FILEBASE\$/([^\"?]+)", " ".join(root.itertext())):
            if f"web_resources/{picture}" not in files:
                found.append(f"{path}: no file {picture}")
        if re.search(r'src="(?!\$IMS|https?:|data:)', " ".join(root.itertext())):
            found.append(f"{path}: a picture that is in no folder of Canvas")
    return found


def _elements(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        tag, children = name(element), [name(child) for child in element]
        yield from out_of_order(tag, children, ORDER)
        for child in set(NEEDS.get(tag, "").split()) - set(children):
            yield f"{tag} without {child}"
        for said in set(SAYS.get(tag, "").split()) - set(element.keys()):
            yield f"{tag} without its {said}"
        if tag == "mattext" and element.get("texttype") not in {"text/html", "text/plain"}:
            yield "mattext without its texttype"
    idents = [e.get("ident") or "" for e in root.iter("{*}item", "{*}section", "{*}assessment")]
    yield from (f"ident {one} twice" for one in sorted({i for i in idents if idents.count(i) > 1}))


def _items(root: etree._Element) -> Iterator[str]:
    for item in root.iter("{*}item"):
        fields = {
            f.findtext("{*}fieldlabel"): f.findtext("{*}fieldentry") or ""
            for f in item.iter("{*}qtimetadatafield")
        }
        if fields.get("question_type") not in TYPES:
            yield f"question_type {fields.get('question_type')}"
        if not re.fullmatch(r"\d+(\.\d+)?", fields.get("points_possible", "")):
            yield f"points_possible {fields.get('points_possible')}"
        labels = {
            str(r.get("ident")): {x.get("ident") for x in r.iter("{*}response_label")}
            for r in item.iter("{*}response_lid", "{*}response_str")
        }
        for one in item.iter("{*}varequal", "{*}vargte", "{*}varlte"):
            respident = one.get("respident") or ""
            if respident not in labels:
                yield f"no response {respident}"
            elif (
                item.find(f".//{{*}}response_lid[@ident='{respident}']") is not None
                and one.text not in labels[respident]
            ):
                yield f"no choice {one.text}"
        scores = [float(s.text or "nan") for s in item.iter("{*}setvar")]
        if any(not 0 <= score <= 100 for score in scores):
            yield "a score that is none"
        kind = fields.get("question_type") or ""
        if (
            kind in {"multiple_choice_question", "multiple_answers_question", "numerical_question"}
            and 100 not in scores
        ):
            yield "nothing gives all credits"
        if kind == "matching_question" and abs(sum(scores) - 100) > 0.1:
            yield "pairs that do not add up"
