"""QTI out of an exam: 2.1 for OpenOlat and others, 1.2 for Canvas, each as a package."""

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from fractions import Fraction

from lxml import etree
from lxml import html as lxml_html
from lxml.builder import E, ElementMaker

from klausur.base.credits import show_credits
from klausur.convert import leaving
from klausur.convert.leaving import Exported, Leaving
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind, SchemeKind

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_CORRECT = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
_MAP = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"
_CANVAS = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_META = "http://canvas.instructure.com/xsd/cccv1p0"

_OTHER_NAMES = {"del": "span", "s": "span", "u": "span", "ins": "span", "mark": "span", "figure": "div"}
"""Elements of HTML that items do not have."""

Q = ElementMaker(namespace=_QTI, nsmap={None: _QTI})
C = ElementMaker(namespace=_CANVAS, nsmap={None: _CANVAS})
M = ElementMaker(namespace=_META, nsmap={None: _META})


def export_qti(exam: Exam) -> Exported:
    """A package of QTI 2.1: an item a question, a test with a section a problem."""
    made = Leaving(exam, "QTI")
    files: dict[str, bytes] = {}
    test = Q.assessmentTest(identifier=_ident(exam), title=exam.title)
    part = Q.testPart(identifier="part", navigationMode="nonlinear", submissionMode="simultaneous")
    test.append(part)
    number = 0
    for problem in exam.problems:
        section = Q.assessmentSection(
            identifier=f"s-{problem.id}", title=problem.title or problem.id, visible="true"
        )
        for question in problem.questions:
            before = "".join(leaving.with_tex(content) for content in leaving.before(problem, question))
            item = _item(question, before, made)
            if item is None:
                continue
            number += 1
            files[f"items/{question.id}.xml"] = _bytes(item)
            section.append(
                Q.assessmentItemRef(identifier=f"i-{question.id}", href=f"items/{question.id}.xml")
            )
        if len(section):
            part.append(section)
    files["test.xml"] = _bytes(test)
    files |= {f"items/{path}": leaving.picture(exam.folder, path) for path in _figures(files.values())}
    files["imsmanifest.xml"] = _bytes(_manifest(exam, files))
    return Exported({"qti.zip": _zipped(files)}, number, tuple(made.said))


def _bytes(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, encoding="UTF-8", xml_declaration=True))


def _figures(items: Iterable[bytes]) -> Iterator[str]:
    seen: set[str] = set()
    for data in list(items):
        for path in re.findall(r'<img\b[^>]*\bsrc="(figures/[^"]*)"', data.decode()):
            name = html.unescape(path)
            if name not in seen:
                seen.add(name)
                yield name


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in sorted(files.items()):
            # one moment for all, so that an export of the same exam is the same file
            package.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def _manifest(exam: Exam, files: dict[str, bytes]) -> etree._Element:
    """Names every file once: pictures with the first item that shows them, and the test needs its items."""
    maker = ElementMaker(namespace=_CP, nsmap={None: _CP})
    resources = maker.resources()
    items = {name: f"r{at}" for at, name in enumerate(sorted(n for n in files if n.endswith(".xml")))}
    shown: dict[str, str] = {}
    for name in items:
        shown |= {f"items/{path}": name for path in _figures([files[name]]) if f"items/{path}" not in shown}
    for name, identifier in items.items():
        test = name == "test.xml"
        parts = [maker.file(href=name)]
        parts += [maker.file(href=path) for path, first in shown.items() if first == name]
        if test:
            parts += [maker.dependency(identifierref=one) for other, one in items.items() if other != name]
        kind = "imsqti_test_xmlv2p1" if test else "imsqti_item_xmlv2p1"
        resources.append(maker.resource(*parts, identifier=identifier, type=kind, href=name))
    return maker.manifest(
        maker.metadata(maker.schema("QTIv2.1 Package"), maker.schemaversion("1.0.0")),
        maker.organizations(), resources, identifier=f"m-{exam.slug}",
    )  # fmt: skip


def _flow(words: str) -> list[etree._Element]:
    """HTML as elements of an item; words that stand alone get a paragraph."""
    found = []
    for part in lxml_html.fragments_fromstring(words) if words.strip() else []:
        if isinstance(part, str):
            if part.strip():
                found.append(Q.p(part))
            continue
        part.tail = None
        block = (
            part
            if part.tag not in {"em", "strong", "code", "span", "img", "a", "sub", "sup", "br"}
            else _wrapped(part)
        )
        found.append(_named(block))
    return found


def _wrapped(element: etree._Element) -> etree._Element:
    paragraph = E.p()
    paragraph.append(element)
    return paragraph


def _named(element: etree._Element) -> etree._Element:
    """An element of HTML under the namespace of items; styles are no part of these."""
    tag = _OTHER_NAMES.get(str(element.tag), element.tag)
    made = etree.Element(f"{{{_QTI}}}{tag}", nsmap={None: _QTI})
    made.text, made.tail = element.text, element.tail
    for name, value in element.attrib.items():
        width = re.search(r"width:\s*([\d.]+)%", value) if name == "style" else None
        if width:
            made.set("width", f"{width[1]}%")
        elif name in {"src", "alt", "href", "class", "colspan", "rowspan"}:
            made.set(name, value)
    for child in element:
        made.append(_named(child))
    return made


def _inline(content: Content) -> list[etree._Element | str]:
    words = leaving.with_tex(content)
    parts = lxml_html.fragments_fromstring(words) if words.strip() else []
    return [part if isinstance(part, str) else _tailed(part) for part in parts]


def _tailed(part: etree._Element) -> etree._Element:
    return _named(part)


def _appended(parent: etree._Element, parts: list[etree._Element | str]) -> etree._Element:
    for part in parts:
        if isinstance(part, str):
            if len(parent):
                parent[-1].tail = (parent[-1].tail or "") + part
            else:
                parent.text = (parent.text or "") + part
        else:
            parent.append(part)
    return parent


def _item(question: Question, before: str, made: Leaving) -> etree._Element | None:
    """A question as an item; None if QTI has no form for it, which is named."""
    item = Q.assessmentItem(
        identifier=question.id, title=leaving.name(question), adaptive="false", timeDependent="false"
    )
    body = Q.itemBody()
    score = Q.outcomeDeclaration(
        identifier="SCORE", cardinality="single", baseType="float", normalMaximum=_float(question.credits)
    )
    if before:
        body.append(Q.rubricBlock(*_flow(before), view="candidate"))
    built = _interaction(question, body, made)
    if built is None:
        return None
    declaration, processing = built
    item.append(declaration)
    item.append(score)
    if question.solution is not None:
        item.append(Q.outcomeDeclaration(identifier="SOLUTION", cardinality="single", baseType="identifier"))
    if question.rubric is not None:
        block = Q.rubricBlock(view="scorer")
        block.extend(_flow(leaving.rubric_html(question)))
        body.append(block)
    item.append(body)
    if processing:
        item.append(Q.responseProcessing(template=processing))
    if question.solution is not None:
        feedback = Q.modalFeedback(outcomeIdentifier="SOLUTION", identifier="solution", showHide="show")
        for element in _flow(leaving.with_tex(question.solution)):
            feedback.append(element)
        item.append(feedback)
    return item


def _float(value: Fraction) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _interaction(
    question: Question, body: etree._Element, made: Leaving
) -> tuple[etree._Element, str] | None:
    if question.bonus:
        made.say(question, leaving.BONUS)
    text = _flow(leaving.with_tex(question.content, blanks="\u2026" if question.kind.in_blanks else ""))
    if question.kind in {QuestionKind.CHOICE, QuestionKind.SINGLE}:
        body.extend(text)
        return _choices(question, body, made)
    if question.kind is QuestionKind.TABLE:
        body.extend(text)
        return _match(question, body, made)
    if question.kind in {QuestionKind.TEXT, QuestionKind.SHORT}:
        body.extend(text)
        lines = 2
        if question.kind is QuestionKind.TEXT:
            lines = max(3, round(question.space.height / 8) if question.space is not None else 0)
        body.append(Q.extendedTextInteraction(responseIdentifier="RESPONSE", expectedLines=str(lines)))
        return Q.responseDeclaration(identifier="RESPONSE", cardinality="single", baseType="string"), ""
    if question.kind is QuestionKind.NUMBER:
        body.extend(text)
        if len(question.expected) != 1 or question.expected[0].within:
            made.say(
                question, "how far off is right as well, and second numbers: the number alone is right there"
            )
        entry = Q.p()
        entry.append(Q.textEntryInteraction(responseIdentifier="RESPONSE"))
        body.append(entry)
        value = Q.correctResponse(Q.value(_float(question.expected[0].value)))
        return Q.responseDeclaration(
            value, identifier="RESPONSE", cardinality="single", baseType="float"
        ), _CORRECT
    made.say(question, f"kind={question.kind}: an item has one answer here; left out")
    return None


def _choices(question: Question, body: etree._Element, made: Leaving) -> tuple[etree._Element, str] | None:
    single = question.kind is QuestionKind.SINGLE
    interaction = Q.choiceInteraction(
        responseIdentifier="RESPONSE",
        shuffle="true" if question.shuffle else "false",
        maxChoices="1" if single else "0",
    )
    values = Q.correctResponse()
    for choice in question.choices:
        element = Q.simpleChoice(identifier=f"c{choice.id}", fixed="true" if choice.fixed else "false")
        interaction.append(_appended(element, _inline(choice.content)))
        if choice.right:
            values.append(Q.value(f"c{choice.id}"))
    if not len(values):
        made.say(question, "no choice is right: an answer without a cross is no answer there; left out")
        return None
    body.append(interaction)
    declaration = Q.responseDeclaration(
        values, identifier="RESPONSE", cardinality="single" if single else "multiple", baseType="identifier"
    )
    scheme = question.counted_by(made.exam.scheme)
    shares = leaving.fractions(question, scheme)
    if scheme.kind is SchemeKind.ALL_OR_NOTHING or (single and scheme.kind is not SchemeKind.WEIGHTS):
        return declaration, _CORRECT
    if shares is None:
        made.say(question, f"the scheme {scheme.kind}: all or nothing there")
        return declaration, _CORRECT
    mapping = Q.mapping(lowerBound="0", upperBound=_float(question.credits), defaultValue="0")
    for choice, share in zip(question.choices, shares, strict=True):
        mapping.append(Q.mapEntry(mapKey=f"c{choice.id}", mappedValue=_float(share * question.credits)))
    declaration.append(mapping)
    return declaration, _MAP


def _match(question: Question, body: etree._Element, made: Leaving) -> tuple[etree._Element, str]:
    interaction = Q.matchInteraction(responseIdentifier="RESPONSE", shuffle="false", maxAssociations="0")
    rows, heads, values = Q.simpleMatchSet(), Q.simpleMatchSet(), Q.correctResponse()
    for row in question.rows:
        name = f"r{row[0].id[0]}"
        element = Q.simpleAssociableChoice(identifier=name, matchMax=str(len(row)))
        rows.append(_appended(element, _inline(row[0].content)))
        for at, box in enumerate(row):
            if box.right:
                values.append(Q.value(f"{name} h{at}"))
    for at, head in enumerate(question.heads):
        element = Q.simpleAssociableChoice(identifier=f"h{at}", matchMax=str(len(question.rows)))
        heads.append(_appended(element, _inline(head)))
    interaction.append(rows)
    interaction.append(heads)
    body.append(interaction)
    scheme = question.counted_by(made.exam.scheme)
    if scheme.kind is not SchemeKind.ALL_OR_NOTHING:
        made.say(question, f"the scheme {scheme.kind}: all or nothing there")
    return Q.responseDeclaration(
        values, identifier="RESPONSE", cardinality="multiple", baseType="directedPair"
    ), _CORRECT


def export_canvas(exam: Exam) -> Exported:
    """A package of QTI 1.2 as Canvas reads it."""
    made = Leaving(exam, "Canvas")
    assessment = C.assessment(ident=_ident(exam), title=exam.title)
    section = C.section(ident="root_section")
    assessment.append(section)
    number = 0
    figures: set[str] = set()
    for problem in exam.problems:
        for question in problem.questions:
            for at, content in enumerate(leaving.before(problem, question)):
                words = leaving.with_tex(content)
                figures |= set(leaving.figures_of(words))
                section.append(
                    _canvas_item(f"{question.id}-before-{at}", "", "text_only_question", Fraction(0), words)
                )
            item = _canvas(question, made, figures)
            if item is not None:
                section.append(item)
                number += 1
    root = C.questestinterop(assessment)
    files = {
        f"{_ident(exam)}/{_ident(exam)}.xml": _bytes(root),
        f"{_ident(exam)}/assessment_meta.xml": _bytes(_meta(exam)),
    }
    files |= {f"web_resources/{path}": leaving.picture(exam.folder, path) for path in sorted(figures)}
    files["imsmanifest.xml"] = _bytes(_canvas_manifest(exam, files))
    return Exported({"canvas.zip": _zipped(files)}, number, tuple(made.said))


def _ident(exam: Exam) -> str:
    """The exam's name where an identifier must begin with a letter."""
    return exam.slug if exam.slug[:1].isalpha() else f"e-{exam.slug}"


def _meta(exam: Exam) -> etree._Element:
    return M.quiz(
        M.title(exam.title), M.quiz_type("assignment"), M.points_possible(_float(exam.credits)),
        M.time_limit(str(exam.minutes)), M.shuffle_answers("false"), M.allowed_attempts("1"),
        identifier=_ident(exam),
    )  # fmt: skip


def _canvas_manifest(exam: Exam, files: dict[str, bytes]) -> etree._Element:
    maker = ElementMaker(nsmap={None: "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"})
    resources = maker.resources()
    meta = f"{_ident(exam)}/assessment_meta.xml"
    resources.append(
        maker.resource(
            maker.file(href=f"{_ident(exam)}/{_ident(exam)}.xml"), maker.dependency(identifierref="meta"),
            identifier=_ident(exam), type="imsqti_xmlv1p2",
        )
    )  # fmt: skip
    resources.append(
        maker.resource(
            maker.file(href=meta), identifier="meta", href=meta,
            type="associatedcontent/imscc_xmlv1p1/learning-application-resource",
        )
    )  # fmt: skip
    for at, name in enumerate(n for n in sorted(files) if n.startswith("web_resources/")):
        resources.append(
            maker.resource(maker.file(href=name), identifier=f"f{at}", type="webcontent", href=name)
        )
    return maker.manifest(
        maker.metadata(maker.schema("IMS Content"), maker.schemaversion("1.1.3")), maker.organizations(),
        resources,
        identifier=f"m-{exam.slug}",
    )  # fmt: skip


def _canvas_item(ident: str, title: str, kind: str, worth: Fraction, words: str) -> etree._Element:
    fields = C.qtimetadata(
        *(
            C.qtimetadatafield(C.fieldlabel(label), C.fieldentry(entry))
            for label, entry in (("question_type", kind), ("points_possible", _float(worth) or "0"))
        )
    )
    words = words.replace('src="figures/', 'src="$IMS-CC-FILEBASE$/figures/')
    presentation = C.presentation(C.material(C.mattext(f"<div>{words}</div>", texttype="text/html")))
    return C.item(C.itemmetadata(fields), presentation, ident=ident, title=title)


def _canvas(question: Question, made: Leaving, figures: set[str]) -> etree._Element | None:
    """A question as an item of Canvas; None if Canvas has no form for it, which is named."""
    kinds = {
        QuestionKind.CHOICE: "multiple_answers_question", QuestionKind.SINGLE: "multiple_choice_question",
        QuestionKind.NUMBER: "numerical_question", QuestionKind.TEXT: "essay_question",
        QuestionKind.SHORT: "essay_question", QuestionKind.TABLE: "matching_question",
    }  # fmt: skip
    if question.bonus:
        made.say(question, leaving.BONUS)
    kind = kinds.get(question.kind)
    if kind is None or (
        question.kind is QuestionKind.TABLE and any(sum(b.right for b in r) != 1 for r in question.rows)
    ):
        made.say(question, f"kind={question.kind}, which Canvas has no form for; left out")
        return None
    words = leaving.with_tex(question.content)
    texts = [words, *(leaving.with_tex(c.content) for c in question.choices)]
    texts += [] if question.solution is None else [leaving.with_tex(question.solution)]
    for text in texts:
        figures.update(leaving.figures_of(text))
    item = _canvas_item(question.id, leaving.name(question), kind, question.credits, words)
    processing = C.resprocessing(
        C.outcomes(C.decvar(maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal"))
    )
    _canvas_answers(question, item, processing, made)
    item.append(processing)
    if question.rubric is not None:
        made.say(question, "its rubric, which Canvas keeps apart from questions")
    if question.solution is not None:
        told = leaving.with_tex(question.solution).replace('src="figures/', 'src="$IMS-CC-FILEBASE$/figures/')
        material = C.flow_mat(C.material(C.mattext(told, texttype="text/html")))
        item.append(C.itemfeedback(material, ident="general_fb"))
    return item


def _condition(inside: list[etree._Element], score: str) -> etree._Element:
    return C.respcondition(
        C.conditionvar(*inside), C.setvar(score, action="Set", varname="SCORE"), **{"continue": "No"}
    )


def _canvas_answers(  # noqa: C901 - a branch for each kind of answer
    question: Question, item: etree._Element, processing: etree._Element, made: Leaving
) -> None:
    presentation = item.find(f"{{{_CANVAS}}}presentation")
    if presentation is None:
        return
    scheme = question.counted_by(made.exam.scheme)
    if question.kind in {QuestionKind.CHOICE, QuestionKind.SINGLE}:
        single = question.kind is QuestionKind.SINGLE
        presentation.append(
            _labels("response1", [(f"c{c.id}", c.content) for c in question.choices], single=single)
        )
        equals = [C.varequal(f"c{c.id}", respident="response1") for c in question.choices]
        if single:
            inside = [e for e, c in zip(equals, question.choices, strict=True) if c.right]
        else:
            both = [e if c.right else C("not", e) for e, c in zip(equals, question.choices, strict=True)]
            inside = [C("and", *both)]
        processing.append(_condition(inside, "100"))
        if scheme.kind is not SchemeKind.ALL_OR_NOTHING:
            made.say(question, f"the scheme {scheme.kind}: Canvas has one of its own")
    elif question.kind is QuestionKind.NUMBER:
        label = C.render_fib(C.response_label(ident="answer1"), fibtype="Decimal")
        presentation.append(C.response_str(label, ident="response1", rcardinality="Single"))
        best = [one for one in question.expected if one.credits == question.credits]
        if len(best) < len(question.expected):
            made.say(question, "numbers that give a part of the credits: left out")
        for one in best:
            equal = C.varequal(_float(one.value), respident="response1")
            low, high = _float(one.value - one.within), _float(one.value + one.within)
            within = C("and", C.vargte(low, respident="response1"), C.varlte(high, respident="response1"))
            processing.append(_condition([C("or", equal, within)], "100"))
    elif question.kind is QuestionKind.TABLE:
        if scheme.kind is not SchemeKind.PER_ROW:
            made.say(question, f"the scheme {scheme.kind}: each row counts on its own there")
        for row in question.rows:
            name = f"response_{row[0].id[0]}"
            heads = [(f"h{at}", head) for at, head in enumerate(question.heads)]
            presentation.append(_labels(name, heads, single=True, head=row[0].content))
            at = next(n for n, box in enumerate(row) if box.right)
            share = show_credits(Fraction(round(Fraction(10000, len(question.rows))), 100))
            processing.append(_condition([C.varequal(f"h{at}", respident=name)], share))
    else:
        label = C.render_fib(C.response_label(ident="answer1", rshuffle="No"))
        presentation.append(C.response_str(label, ident="response1", rcardinality="Single"))
        # people grade whatever is written
        processing.append(C.respcondition(C.conditionvar(C.other()), **{"continue": "No"}))


def _labels(
    name: str, labels: list[tuple[str, Content]], *, single: bool, head: Content | None = None
) -> etree._Element:
    render = C.render_choice()
    for ident, content in labels:
        words = leaving.with_tex(content).replace('src="figures/', 'src="$IMS-CC-FILEBASE$/figures/')
        render.append(C.response_label(C.material(C.mattext(words, texttype="text/html")), ident=ident))
    found = C.response_lid(ident=name, rcardinality="Single" if single else "Multiple")
    if head is not None:
        found.append(C.material(C.mattext(leaving.with_tex(head), texttype="text/html")))
    found.append(render)
    return found
