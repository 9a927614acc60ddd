# ruff: noqa: C901, PLR0912 - a branch for each rule
# ruff: noqa: E501 - rules and broken words read best in one line
"""What a reader of QTI holds a package against, written down from its specification: no schema lies here.

Items and tests of QTI 2.1: which elements stand where and in which order, what each must say, that identifiers
are unique and those that are named are there, that a manifest names every file. The same for QTI 1.2 of Canvas.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"

INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "br",
        "cite",
        "code",
        "dfn",
        "em",
        "i",
        "img",
        "kbd",
        "object",
        "q",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "var",
        "math",
        "textEntryInteraction",
        "inlineChoiceInteraction",
        "feedbackInline",
        "printedVariable",
    ]
)
BLOCK = frozenset(
    [
        "address",
        "blockquote",
        "div",
        "dl",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ol",
        "p",
        "pre",
        "table",
        "ul",
        "math",
        "rubricBlock",
        "feedbackBlock",
        "choiceInteraction",
        "matchInteraction",
        "extendedTextInteraction",
        "orderInteraction",
    ]
)
ONLY_WORDS = BLOCK - {
    "rubricBlock", "choiceInteraction", "matchInteraction", "extendedTextInteraction", "orderInteraction",
}  # fmt: skip
WORDS = INLINE - {"textEntryInteraction", "inlineChoiceInteraction"}
IN_LINE = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "abbr",
    "b",
    "big",
    "cite",
    "code",
    "dfn",
    "em",
    "i",
    "kbd",
    "q",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "tt",
    "var",
    "address",
    "dt",
]

INSIDE: dict[str, tuple[frozenset[str], bool]] = {
    "itemBody": (BLOCK, False),
    "rubricBlock": (ONLY_WORDS, False),
    "blockquote": (BLOCK, False),
    "modalFeedback": (ONLY_WORDS | WORDS, True),
    "simpleChoice": (ONLY_WORDS | WORDS, True),
    "simpleAssociableChoice": (ONLY_WORDS | WORDS, True),
    "div": (BLOCK | INLINE, True),
    "li": (BLOCK | INLINE, True),
    "td": (BLOCK | INLINE, True),
    "th": (BLOCK | INLINE, True),
    "dd": (BLOCK | INLINE, True),
    "pre": (INLINE - {"img", "object", "big", "small", "sub", "sup"}, True),
    "ul": (frozenset({"li"}), False),
    "ol": (frozenset({"li"}), False),
    "dl": (frozenset({"dt", "dd"}), False),
    "table": (frozenset(["caption", "col", "colgroup", "thead", "tfoot", "tbody"]), False),
    "thead": (frozenset({"tr"}), False),
    "tbody": (frozenset({"tr"}), False),
    "tr": (frozenset({"td", "th"}), False),
    "simpleMatchSet": (frozenset({"simpleAssociableChoice"}), False),
    "choiceInteraction": (frozenset({"prompt", "simpleChoice"}), False),
    "matchInteraction": (frozenset({"prompt", "simpleMatchSet"}), False),
    "correctResponse": (frozenset({"value"}), False),
    "mapping": (frozenset({"mapEntry"}), False),
    "testPart": (frozenset({"assessmentSection"}), False),
    "assessmentSection": (frozenset({"rubricBlock", "assessmentSection", "assessmentItemRef"}), False),
    **dict.fromkeys(IN_LINE, (INLINE, True)),
}
ORDER = {
    "assessmentItem": [
        "responseDeclaration",
        "outcomeDeclaration",
        "templateDeclaration",
        "templateProcessing",
        "stylesheet",
        "itemBody",
        "responseProcessing",
        "modalFeedback",
    ],
    "responseDeclaration": ["defaultValue", "correctResponse", "mapping", "areaMapping"],
    "assessmentTest": ["outcomeDeclaration", "timeLimits", "testPart", "outcomeProcessing", "testFeedback"],
    "table": ["caption", "col", "colgroup", "thead", "tfoot", "tbody"],
    "choiceInteraction": ["prompt", "simpleChoice"],
    "matchInteraction": ["prompt", "simpleMatchSet"],
}
ONE_AT_LEAST = {
    "correctResponse": "value", "mapping": "mapEntry", "ul": "li", "ol": "li", "tr": "td th", "table": "tbody",
    "choiceInteraction": "simpleChoice", "testPart": "assessmentSection", "assessmentTest": "testPart",
    "assessmentItem": "itemBody", "tbody": "tr", "thead": "tr",
}  # fmt: skip
SAYS = {
    "assessmentItem": "identifier title adaptive timeDependent",
    "responseDeclaration": "identifier cardinality",
    "outcomeDeclaration": "identifier cardinality",
    "choiceInteraction": "responseIdentifier shuffle maxChoices",
    "simpleChoice": "identifier",
    "matchInteraction": "responseIdentifier shuffle maxAssociations",
    "simpleAssociableChoice": "identifier matchMax",
    "extendedTextInteraction": "responseIdentifier",
    "textEntryInteraction": "responseIdentifier",
    "mapping": "defaultValue",
    "mapEntry": "mapKey mappedValue",
    "modalFeedback": "outcomeIdentifier identifier showHide",
    "rubricBlock": "view",
    "img": "src alt",
    "a": "href",
    "assessmentTest": "identifier title",
    "testPart": "identifier navigationMode submissionMode",
    "assessmentSection": "identifier title visible",
    "assessmentItemRef": "identifier href",
    "resource": "identifier type",
    "file": "href",
    "manifest": "identifier",
}
VALUES = {
    "cardinality": "single|multiple|ordered|record",
    "baseType": "identifier|boolean|integer|float|string|point|pair|directedPair|duration|file|uri",
    "adaptive": "true|false", "timeDependent": "true|false", "shuffle": "true|false", "fixed": "true|false",
    "visible": "true|false", "showHide": "show|hide", "navigationMode": "linear|nonlinear",
    "submissionMode": "individual|simultaneous", "view": "(author|candidate|proctor|scorer|testConstructor|tutor| )+",
    "maxChoices": r"\d+", "maxAssociations": r"\d+", "matchMax": r"\d+", "expectedLines": r"\d+",
    "normalMaximum": r"\d+(\.\d+)?", "mappedValue": r"-?\d+(\.\d+)?", "defaultValue": r"-?\d+(\.\d+)?",
    "width": r"\d+(\.\d+)?%?", "identifier": r"[^\W\d][\w.-]*", "responseIdentifier": r"[^\W\d][\w.-]*",
    "outcomeIdentifier": r"[^\W\d][\w.-]*",
}  # fmt: skip
ATTRIBUTES = {
    "img": "src alt longdesc height width id class label", "a": "href type id class label",
    "td": "colspan rowspan headers scope abbr axis id class label", "th": "colspan rowspan headers scope abbr axis id class label",
}  # fmt: skip


def name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def out_of_order(tag: str, children: Sequence[str], orders: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Whether children stand in the order that their element has, if it has one, and no others there."""
    if tag not in orders:
        return
    order = [orders[tag].index(child) if child in orders[tag] else -1 for child in children]
    if -1 in order or order != sorted(order):
        yield f"the order in {tag}: {' '.join(children)}"


def broken(files: Mapping[str, bytes]) -> list[str]:
    """What a package of QTI 2.1 says otherwise than its rules, in words; nothing if it keeps them all."""
    if "imsmanifest.xml" not in files:
        return ["no imsmanifest.xml"]
    found = list(_manifest(files))
    for path, data in files.items():
        if path.endswith(".xml") and path != "imsmanifest.xml":
            root = etree.fromstring(data)
            found += [f"{path}: {words}" for words in (*_elements(root), *_identifiers(root))]
            found += [f"{path}: {words}" for words in _references(root)]
            folder = path.rpartition("/")[0]
            for one in root.iter():
                src = one.get("src") or (one.get("href") if name(one) == "assessmentItemRef" else None)
                if src and "://" not in src and f"{folder}/{src}".lstrip("/") not in files:
                    found.append(f"{path}: no file {src}")
    return found


def _elements(root: etree._Element) -> Iterator[str]:
    """What stands where it may not, lacks what it must say, or says it in words that are none."""
    for element in root.iter(etree.Element):
        tag = name(element)
        if etree.QName(element).namespace != etree.QName(root).namespace and tag != "math":
            yield f"{tag} is of another namespace"
        children = [name(child) for child in element]
        allowed, words = INSIDE.get(tag, (frozenset(children), True))
        for child in children:
            if child not in allowed:
                yield f"{child} in {tag}"
        text = "".join([element.text or "", *(child.tail or "" for child in element)])
        if not words and text.strip():
            yield f"words in {tag}"
        yield from out_of_order(tag, children, ORDER)
        if tag in ONE_AT_LEAST and not set(ONE_AT_LEAST[tag].split()) & set(children):
            yield f"{tag} without {ONE_AT_LEAST[tag]}"
        for said in set(SAYS.get(tag, "").split()) - set(element.keys()):
            yield f"{tag} without its {said}"
        for key, value in element.items():
            if key in VALUES and not re.fullmatch(VALUES[key], value):
                yield f"{tag} {key}={value!r}"
            if tag in ATTRIBUTES and key not in ATTRIBUTES[tag].split():
                yield f"{tag} with {key}"


def _identifiers(root: etree._Element) -> Iterator[str]:
    """Identifiers that are there twice where they must tell one from another."""
    seen: set[tuple[str, str]] = set()
    for element in root.iter(etree.Element):
        parent = element.getparent()
        place = "" if parent is None else name(parent)
        kind = (
            "declaration"
            if name(element).endswith("Declaration")
            else place
            if "hoice" in name(element)
            else ""
        )
        if name(element) in {"modalFeedback", "feedbackInline"} or (one := element.get("identifier")) is None:
            continue
        owner = element.xpath("string(ancestor::*[@responseIdentifier][1]/@responseIdentifier)")
        if (f"{kind and 'd'}{owner}", one) in seen:
            yield f"identifier {one} twice"
        seen.add((f"{kind and 'd'}{owner}", one))


def _references(root: etree._Element) -> Iterator[str]:
    """What is named and is not there, and answers that fit no interaction."""
    declared = {e.get("identifier"): e for e in root.iter("{*}responseDeclaration")}
    outcomes = {e.get("identifier") for e in root.iter("{*}outcomeDeclaration")}
    for element in root.iter(etree.Element):
        response, outcome = element.get("responseIdentifier"), element.get("outcomeIdentifier")
        if response is not None and response not in declared:
            yield f"no responseDeclaration {response}"
        if outcome is not None and outcome not in outcomes:
            yield f"no outcomeDeclaration {outcome}"
    for key, declaration in declared.items():
        asked = [e for e in root.iter(etree.Element) if e.get("responseIdentifier") == key]
        if len(asked) != 1:
            yield f"{len(asked)} interactions for {key}"
            continue
        choices = {e.get("identifier") for e in asked[0].iter("{*}simpleChoice", "{*}simpleAssociableChoice")}
        values = [(v.text or "") for v in declaration.iterfind("{*}correctResponse/{*}value")]
        keys = [e.get("mapKey") or "" for e in declaration.iter("{*}mapEntry")]
        base, one = declaration.get("baseType"), declaration.get("cardinality") == "single"
        if one and len(values) > 1:
            yield f"{len(values)} values for a single answer"
        if name(asked[0]) == "choiceInteraction" and one != (asked[0].get("maxChoices") == "1"):
            yield "a single answer to many choices, or the other way round"
        for value in (*values, *keys):
            parts = value.split() if base == "directedPair" else [value]
            if base in {"identifier", "directedPair"} and not set(parts) <= choices:
                yield f"no choice {value}"
            if base in {"float", "integer"} and not re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
                yield f"{value!r} is no number"
    for processing in root.iter("{*}responseProcessing"):
        template = (processing.get("template") or "").removeprefix(TEMPLATES)
        needs = {"match_correct": "{*}correctResponse", "map_response": "{*}mapping"}.get(template)
        if needs is None:
            yield f"no template {template}"
        elif (
            "RESPONSE" not in declared or declared["RESPONSE"].find(needs) is None or "SCORE" not in outcomes
        ):
            yield f"{template} without what it compares"


def _manifest(files: Mapping[str, bytes]) -> Iterator[str]:
    """A manifest's own rules: each file is named once, what is named is there, a test depends on its items."""
    root = etree.fromstring(files["imsmanifest.xml"])
    space = etree.QName(root).namespace
    if [name(child) for child in root] != ["metadata", "organizations", "resources"]:
        yield "imsmanifest.xml: its parts"
    named: list[str] = []
    there: dict[str, etree._Element] = {}
    for element in root.iter(etree.Element):
        for said in set(SAYS.get(name(element), "").split()) - set(element.keys()):
            yield f"imsmanifest.xml: {name(element)} without its {said}"
        one = element.get("identifier")
        if one is not None and not re.fullmatch(r"[^\W\d][\w.-]*", one):
            yield f"imsmanifest.xml: identifier {one!r}"
        if one is not None and one in there:
            yield f"imsmanifest.xml: identifier {one} twice"
        if one is not None:
            there[one] = element
    for resource in root.iter(f"{{{space}}}resource"):
        own = [e.get("href") or "" for e in resource.iter(f"{{{space}}}file")]
        named += own
        if resource.get("href") is not None and resource.get("href") not in own:
            yield f"imsmanifest.xml: {resource.get('href')} is not among its files"
        for needs in resource.iter(f"{{{space}}}dependency"):
            if needs.get("identifierref") not in there:
                yield f"imsmanifest.xml: no resource {needs.get('identifierref')}"
        if "test" in (resource.get("type") or ""):
            test = etree.fromstring(files.get(resource.get("href") or "", b"<x/>"))
            items = {e.get("href") for e in test.iter("{*}assessmentItemRef")}
            needed = {e.get("identifierref") for e in resource.iter(f"{{{space}}}dependency")}
            if {there[n].get("href") for n in needed if n in there} != items:
                yield "imsmanifest.xml: the test does not depend on its items"
    yield from (f"imsmanifest.xml: no file {one}" for one in named if one not in files)
    yield from (
        f"imsmanifest.xml: {one} is not named" for one in files if one not in {*named, "imsmanifest.xml"}
    )
    yield from (f"imsmanifest.xml: {one} twice" for one in sorted({o for o in named if named.count(o) > 1}))
