"""What somebody might write who wants the typesetter to run something: forty texts, for any place of an exam.

`CANARY` is the text of a picture that the paper shows, so that it is within the typesetter's reach.
"""

CANARY = "zebrafinch"
FILE = "/figures/lens.svg"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">'
    f'<!-- {CANARY} --><path d="M0 0h9v9z"/></svg>'
)

_READ = f'read("{FILE}")'
PAYLOADS = (
    f"#{_READ}",
    f"#({_READ})",
    f"#{{{_READ}}}",
    f"\\#{_READ}",
    f"\\\\#{_READ}",
    f"]#{_READ}[",
    f"])#{_READ}#([",
    f'"#{_READ}"',
    f'" + {_READ} + "',
    f'") + {_READ} + ("',
    f'\\" + {_READ} + \\"',
    f'"); {_READ}; ("',
    f"}} #{_READ} #{{",
    f"`#{_READ}`",
    f"```#{_READ}```",
    f"````\n#{_READ}",
    f"*/ #{_READ} /*",
    f"// #{_READ}",
    f"$#{_READ}$",
    f"$ #{_READ} $",
    f'$"#{_READ}"$',
    f"#eval({_READ!r})",
    f'#eval("{_READ}", mode: "code")',
    f'#include "{FILE}"',
    f'#import "{FILE}": *',
    '#import "@preview/cetz:0.3.0": *',
    f"#show: it => [{CANARY.upper()}]",
    '#panic("ran")',
    '#context panic("ran")',
    "#set page(width: 40mm)",
    "#pagebreak()",
    "#metadata((what: 1))<fact>",
    "<label> @label",
    "#sys.inputs.data",
    "#data.title",
    "#pieces",
    "#let data = 1",
    "= Heading",
    f'#plugin("{FILE}")',
    '\u2028#panic("ran")',
)
"""None of them means anything but its own letters."""
