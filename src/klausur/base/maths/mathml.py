"""Temml's MathML as a browser shows it without Temml's style sheet."""

import re

_RISING = "clip-path:polygon(0.05em 100%,0 calc(100% - 0.05em),calc(100% - 0.05em) 0,100% 0.05em);"
_OVER_ALL = (
    "display:inline-block;position:absolute;left:0.5px;bottom:0;width:100%;height:100%;"
    "background-color:currentColor;print-color-adjust:exact;"
)
_STYLES = {
    "tml-right": "text-align:right;",
    "tml-left": "text-align:left;",
    "tml-jot": "row-gap:0.3em;",
    "tml-small": "",
    "tml-display": "",
    "tml-tag": "",
    "tml-overline": "padding:0.1em 0 0;border-top:0.065em solid;",
    "tml-underline": "padding:0 0 0.1em;border-bottom:0.065em solid;",
    "tml-fbox": "padding:3pt;border:1px solid;",
    "actuarial": "border:0 solid;border-width:0.08em 0.08em 0 0;padding:0.04em 0.04em 0;",
    "phasor-bottom": "border-bottom:0.067em solid;padding:0.2em 0.2em 0.1em 0.6em;",
    "phasor-angle": "display:inline-block;position:absolute;left:0.5px;bottom:-0.04em;height:100%;"
    "aspect-ratio:0.5;background-color:currentColor;" + _RISING,
    "longdiv-top": "border-top:0.067em solid;padding:0.1em 0.2em 0.2em 0.433em;",
    "longdiv-arc": "position:absolute;top:0;bottom:0.1em;left:-0.4em;width:0.7em;border:0.067em solid;"
    "transform:translateY(-0.067em);border-radius:70%;clip-path:inset(0 0 0 0.4em);box-sizing:border-box;",
    "circle-pad": "padding:0.267em;",
    "textcircle": "position:absolute;top:0;bottom:0;right:0;left:0;border:0.067em solid;border-radius:50%;",
    "menclose": "display:inline-block;position:relative;padding:0.5ex 0;",
    "tml-cancel": _OVER_ALL,
    "tml-cancelto": _OVER_ALL + _RISING,
    "upstrike": _RISING,
    "downstrike": "clip-path:polygon(0 0.05em,0.05em 0,100% calc(100% - 0.05em),calc(100% - 0.05em) 100%);",
    "tml-xcancel": "clip-path:polygon(0.05em 0,0 0.05em,calc(50% - 0.05em) 50%,0 calc(100% - 0.05em),"
    "0.05em 100%,50% calc(50% + 0.05em),calc(100% - 0.05em) 100%,100% calc(100% - 0.05em),"
    "calc(50% + 0.05em) 50%,100% 0.05em,calc(100% - 0.05em) 0,50% calc(50% - 0.05em));",
    "sout": "clip-path:polygon(0 calc(55% + 0.033em),0 calc(55% - 0.033em),100% calc(55% - 0.033em),"
    "100% calc(55% + 0.033em));",
}
"""What the classes mean that change how a formula reads; the others mend single browsers. Lines over, under,
round and through a formula, which MathML Core does not have, are those of Temml's style sheet."""

_SCRIPT = re.compile(r'(<mi[^<>]* class="(mathcal|mathscr)"[^<>]*>)([ℊℋℐℒℛℬℯℰℱℳℴ\U0001d49c-\U0001d503])</mi>')
_ROUND = {"mathcal": "\ufe00", "mathscr": "\ufe01"}
"""Unicode has one alphabet for both; a variation selector behind the letter says which of them is meant."""

_WIDE = re.compile(r'(<mo stretchy="true" class="tml-(?:hat|tilde)-\d"[^<>]*>)([ˆ~ˇ])</mo>')
_STRETCHED = {"ˆ": "\u0302", "~": "\u02dc", "ˇ": "\u02c7"}
"""Accents that become as wide as what is below. Fonts have their combining forms in several widths; of those
browsers stretch the first alone, so our font has the others' widths at the letters that browsers stretch."""

_TAG = re.compile(r'<(?P<name>[a-z]+)(?P<before>[^<>]*?) class="(?P<classes>[^"]*)"(?P<after>[^<>]*)>')
_STYLE = re.compile(r' style="([^"]*)"')
_NUMBER = re.compile(r'<mtext><span class="tml-eqn"></span></mtext>')


def for_browsers(mathml: str) -> str:
    """The same with styles in place of classes, and without numbers that are not printed."""
    mathml = _SCRIPT.sub(lambda letter: f"{letter[1]}{letter[3]}{_ROUND[letter[2]]}</mi>", mathml)
    mathml = _WIDE.sub(lambda accent: f"{accent[1]}{_STRETCHED[accent[2]]}</mo>", mathml)
    mathml = _TAG.sub(_inlined, _NUMBER.sub("<mtext></mtext>", mathml))
    return _ENCLOSED.sub(_in_a_row, mathml).replace("</menclose>", "</mrow>")


_ENCLOSED = re.compile(r'<menclose notation="[^"]*"(?: style="(?P<style>[^"]*)")?>')


def _in_a_row(tag: re.Match[str]) -> str:
    """An enclosure as a row: some browsers draw enclosures of their own besides what the style says."""
    return f'<mrow style="position:relative;{tag["style"] or "padding:0.5ex 0;"}">'


def _inlined(tag: re.Match[str]) -> str:
    style = "".join(_STYLES.get(name, "") for name in tag["classes"].split())
    rest = tag["before"] + tag["after"]
    if not style:
        return f"<{tag['name']}{rest}>"
    if _STYLE.search(rest):
        rest = _STYLE.sub(lambda old: f' style="{old[1]}{style}"', rest, count=1)
        return f"<{tag['name']}{rest}>"
    return f'<{tag["name"]}{rest} style="{style}">'
