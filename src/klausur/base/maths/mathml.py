"""Temml's MathML as a browser shows it without Temml's style sheet."""

import re

_STYLES = {
    "tml-right": "text-align:right;",
    "tml-left": "text-align:left;",
    "tml-jot": "row-gap:0.3em;",
    "tml-small": "",
    "tml-display": "",
    "tml-tag": "",
    "mathcal": "",
    "mathscr": "",
}
"""What the classes mean that change how a formula reads; the others mend single browsers."""

_TAG = re.compile(r'<(?P<name>[a-z]+)(?P<before>[^<>]*?) class="(?P<classes>[^"]*)"(?P<after>[^<>]*)>')
_STYLE = re.compile(r' style="([^"]*)"')
_NUMBER = re.compile(r'<mtext><span class="tml-eqn"></span></mtext>')


def for_browsers(mathml: str) -> str:
    """The same with styles in place of classes, and without numbers that are not printed."""
    return _TAG.sub(_inlined, _NUMBER.sub("<mtext></mtext>", mathml))


def _inlined(tag: re.Match[str]) -> str:
    style = "".join(_STYLES.get(name, "") for name in tag["classes"].split())
    rest = tag["before"] + tag["after"]
    if not style:
        return f"<{tag['name']}{rest}>"
    if _STYLE.search(rest):
        rest = _STYLE.sub(lambda old: f' style="{old[1]}{style}"', rest, count=1)
        return f"<{tag['name']}{rest}>"
    return f'<{tag["name"]}{rest} style="{style}">'
