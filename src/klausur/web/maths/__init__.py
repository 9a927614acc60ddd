"""An author's text with formulas, as a page of the site may show it.

An exam's folder is not trusted, and pages allow no styles in their text. So what goes into a page is written
anew, of the elements and attributes named here alone; styles of formulas become ``data-style``, which
``maths.js`` applies.
"""

import re
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

from django.utils.safestring import SafeString, mark_safe

_WORDS = frozenset(
    """
    p em strong del u sub sup code pre blockquote ul ol li dl dt dd table thead tbody tfoot tr th td
    br hr span div
    """.split()  # noqa: SIM905 - a list of words
)
_MATHS = frozenset(
    """
    math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover
    mmultiscripts mprescripts none mtable mtr mtd mpadded mphantom mstyle menclose merror
    """.split()  # noqa: SIM905 - a list of words
)
_OF_MATHS = frozenset(
    """
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form
    frame height largeop linethickness lspace mathvariant maxsize minsize movablelimits rowlines
    rowspacing rspace scriptlevel separator stretchy symmetric voffset width
    """.split()  # noqa: SIM905 - a list of words
)
_OF_WORDS = frozenset({"lang", "dir", "start", "data-numbers"})
_EMPTY = frozenset({"br", "hr", "img"})


class _Rewriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.parts.append(escape(f"[{dict(attrs).get('alt') or '…'}]"))
            return
        inside = "math" in self._open
        if tag not in _MATHS and (inside or tag not in _WORDS):
            return
        allowed = _OF_MATHS if tag in _MATHS else _OF_WORDS
        kept = [(name, value or "") for name, value in attrs if name in allowed]
        if tag in _MATHS:
            kept += [("data-style", value or "") for name, value in attrs if name == "style"]
        written = "".join(f' {name}="{escape(value)}"' for name, value in kept)
        self.parts.append(f"<{tag}{written}>")
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while True:
                last = self._open.pop()
                self.parts.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        self.parts.append(escape(data, quote=False))

    def whole(self) -> str:
        self.close()
        return "".join((*self.parts, *(f"</{tag}>" for tag in reversed(self._open))))


@lru_cache(maxsize=4096)
def shown(fragment: str) -> SafeString:
    """The fragment that `exam.content.Content.html` is, without what no page of the site may hold.

    Pictures become the words that describe them, and links their words. Each line of a listing is an element
    of its own, which the style sheet numbers where print does.
    """
    rewriter = _Rewriter()
    rewriter.feed(fragment)
    whole = _LISTING.sub(_in_lines, rewriter.whole())
    return mark_safe(whole)  # noqa: S308 - written of named elements and attributes above


_LISTING = re.compile(r"(<pre[^>]*><code>)(.*?)(</code></pre>)", re.DOTALL)


def _in_lines(found: re.Match[str]) -> str:
    lines = found[2].removesuffix("\n").split("\n")
    return found[1] + "\n".join(f"<span>{line}</span>" for line in lines) + found[3]
