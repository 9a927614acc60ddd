"""The table of commands, and how one of them is loaded: when it is called, and no other with it.

The list of commands needs none of their modules, and a command's module holds what may be typed and how it is
answered; what does the work is loaded when it is called, by `klausur.actions`.

A name of two words, ``candidates add``, is a command of a group. The group itself, ``candidates``, is a
command too, and is called where the second word names none of its group: ``klausur candidates endterm``.
"""

import importlib
from functools import partial
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from klausur.cli.settle import short

HELP = frozenset({"-h", "--help"})

CONTEXT: dict[str, Any] = {"context_settings": {"help_option_names": sorted(HELP)}}

LOOK: dict[str, Any] = {
    "pretty_exceptions_enable": False,
    "rich_markup_mode": "rich",
    **CONTEXT,
}
"""How the program and each of its commands present themselves."""


class CommandEntry(NamedTuple):
    """A command: the module that holds its function, the first line of its help, the function's name."""

    module: str
    says: str
    function: str = "command"


COMMANDS = {
    "new": CommandEntry(
        "new", "Begin an exam: write a folder with a small exam, or with an old one, to write over."
    ),
    "import": CommandEntry(
        "import_",
        "Bring questions from another system's files into a new exam folder, and say what became of each.",
    ),
    "adopt": CommandEntry(
        "adopt",
        "Keep a finished PDF as the paper of an exam: its pages stay, with codes and boxes in their margins.",
    ),
    "export": CommandEntry(
        "export", "Write the exam in the form of another system; what that cannot carry is named, never bent."
    ),
    "check": CommandEntry(
        "check",
        "Check an exam's source and whether its papers can be typeset; show every finding at once.",
    ),
    "trust": CommandEntry(
        "trust",
        "Let the programs in an exam's folder run, as they are now: those of its variants and evidence.",
    ),
    "preview": CommandEntry(
        "preview",
        "See paper, blackened paper, sample solution and proof at once; nothing is printed or recorded.",
    ),
    "approve": CommandEntry(
        "approve",
        "Approve the paper as it is now, for somebody else to print: look at 'klausur preview' first.",
    ),
    "print": CommandEntry(
        "print_",
        "Typeset the papers, with a booklet for each candidate who has none, into a folder below print/.",
    ),
    "solution": CommandEntry(
        "solution", "Make the sample solutions of what was printed once more, by the key that counts now."
    ),
    "day": CommandEntry(
        "day", "Make door lists, seat plans and a checklist for the day, from the records as they are now."
    ),
    "day rooms": CommandEntry(
        "day_record", "Show who is in which room, which booklets are out, and what does not fit.", "rooms"
    ),
    "day check-in": CommandEntry(
        "day_record",
        "Say who is there, late, absent, ill or has left; and who sits at another seat.",
        "check_in",
    ),
    "day hand-out": CommandEntry(
        "day_record",
        "Say which spare booklet or extra sheets somebody was given; from then on they are theirs.",
        "hand_out",
    ),
    "day count-in": CommandEntry(
        "day_record",
        "Count collected booklets in; 'klausur day rooms' names those that are missing.",
        "count_in",
    ),
    "day note": CommandEntry(
        "day_record",
        "Note for a room's protocol what happens, when work begins, and what is announced.",
        "note",
    ),
    "day close": CommandEntry(
        "day_record",
        "Close a room: sign its protocol by name. What comes later is shown there as such.",
        "close",
    ),
    "day protocol": CommandEntry(
        "day_record", "Make the protocol of a room, or of all of them, as a PDF.", "protocol"
    ),
    "home": CommandEntry(
        "home",
        "Show an exam at home: its times, who fetched papers and handed in, what is missing or late.",
    ),
    "home times": CommandEntry(
        "home",
        "Have other times hold for an exam at home: booklets, question paper, hand in, grace.",
        "times",
    ),
    "home accept": CommandEntry(
        "home", "Have a late hand-in count as one in time; --why says the reason.", "accept"
    ),
    "home refuse": CommandEntry(
        "home", "Refuse a late hand-in; it is kept. --why says the reason.", "refuse"
    ),
    "home undo": CommandEntry("home", "Take back what was decided about a late hand-in.", "undo"),
    "home take": CommandEntry(
        "home",
        "Scan what counts of all that candidates have handed in whose time is over.",
        "take",
    ),
    "key": CommandEntry(
        "key", "Compare the key that counts with the source, and take one over from the other."
    ),
    "candidates": CommandEntry(
        "candidates", "Show the list of candidates as the records know it, and take over a newer one."
    ),
    "candidates add": CommandEntry(
        "candidates_change",
        "Add a candidate who was not on the printed list, with the spare booklet that is theirs.",
        "add",
    ),
    "candidates change": CommandEntry(
        "candidates_change",
        "Correct what the list says of a candidate; printed papers of theirs stay theirs.",
        "change",
    ),
    "candidates withdraw": CommandEntry(
        "candidates_change",
        "Mark a candidate as withdrawn from the exam; nothing of theirs is deleted.",
        "withdraw",
    ),
    "candidates mark": CommandEntry(
        "candidates_change",
        "Say why candidates get no grade: absent, ill, excluded, withdrawn; registered takes it back.",
        "mark",
    ),
    "candidates history": CommandEntry(
        "candidates_change",
        "Show what the list has said of a candidate since it was printed, by whom and why.",
        "history",
    ),
    "candidates data": CommandEntry(
        "candidates_change",
        "Write all that is known of a candidate, pages too, into a ZIP: for them, if they ask for it.",
        "data",
    ),
    "scan": CommandEntry(
        "scan", "Read scanned pages into the exam's records. Files that are known change nothing."
    ),
    "reread": CommandEntry("reread", "Read images once more, beside the records of the first time."),
    "status": CommandEntry(
        "status", "Show what is found or missing, whose each booklet is, and what waits for a person."
    ),
    "readings": CommandEntry(
        "readings", "List what the machine saw in every field, and what people settled beside it."
    ),
    "settle": CommandEntry("settle", "Decide what the machine could not: a box, a page, whose a booklet is."),
    "settle list": CommandEntry(
        "settle.list_", "Show what waits for a person: questions, images, booklets and extra sheets."
    ),
    "settle box": CommandEntry("settle.box", "Say what one box of a booklet holds."),
    "settle question": CommandEntry(
        "settle.question", "Say what a question of a booklet was answered with, or what it was given."
    ),
    "settle page": CommandEntry("settle.page", "Say which page a scanned image is."),
    "settle missing": CommandEntry(
        "settle.missing", "Have booklets count without pages that were not found, or no more."
    ),
    "settle owner": CommandEntry("settle.owner", "Say whose a booklet is."),
    "settle extra": CommandEntry("settle.extra", "Say which booklet an extra sheet belongs to."),
    "settle signature": CommandEntry(
        "settle.signature", "Say whether a candidate signed the attendance list."
    ),
    "judge": CommandEntry("judge", "Say what answers earn, by the rubric of their question."),
    "judge list": CommandEntry(
        "judge.list_",
        "Show how far the judging is, and what was put aside; or all that was said of one answer.",
    ),
    "judge answer": CommandEntry(
        "judge.answer", "Say what an answer earns; what is crossed in its credit boxes matters no more."
    ),
    "judge undo": CommandEntry(
        "judge.undo", "Have a judgement count no longer: the one before it does, or the answer is open again."
    ),
    "judge park": CommandEntry(
        "judge.park",
        "Put an answer aside with a question to the examiner; nobody is given it until they reply.",
    ),
    "judge reply": CommandEntry(
        "judge.reply", "Reply to what a corrector has put aside: the answer is judged like the others again."
    ),
    "judge assign": CommandEntry(
        "judge.assign",
        "Assign a question, or a share of it, to a corrector: it comes to them first, and to nobody else.",
    ),
    "judge withdraw": CommandEntry(
        "judge.withdraw", "Have an assignment count no more: what it had is anybody's, or assigned to others."
    ),
    "judge assignments": CommandEntry(
        "judge.assignments",
        "Show who judges what: what is left, when it is due, and what nobody is assigned.",
    ),
    "judge rules": CommandEntry(
        "judge.rules",
        "Say how a question is judged: by a second person too, own answers again; or show it.",
    ),
    "judge figures": CommandEntry(
        "judge.figures",
        "Show how many, how fast and how high each corrector judges, and how far from others.",
    ),
    "judge script": CommandEntry(
        "judge.script",
        "Write a booklet's annotated script: its pages with what was drawn, and what its answers earned.",
    ),
    "rubric": CommandEntry(
        "rubric", "Change the rubric of a question while others grade, with a look at what that does first."
    ),
    "rubric show": CommandEntry(
        "rubric.show", "Show the lines of a rubric as it is in force, and who has changed it."
    ),
    "rubric add": CommandEntry("rubric.add", "Add an item to a rubric, at its end or elsewhere."),
    "rubric set": CommandEntry(
        "rubric.set_",
        "Reword or re-value a line of a rubric: an item, or the cap of a group. It stays the same line.",
    ),
    "rubric move": CommandEntry("rubric.move", "Put a line of a rubric elsewhere, with what stands in it."),
    "rubric remove": CommandEntry(
        "rubric.remove",
        "Take a line out of a rubric, with what stands in it. Judgements keep what it gave.",
    ),
    "rubric undo": CommandEntry(
        "rubric.undo", "Take the newest change of a rubric back, with the judgements that came with it."
    ),
    "audit-marks": CommandEntry(
        "audit_marks",
        "Look once more at a sample of marks that the reader was sure of, and learn how often it errs.",
    ),
    "pages": CommandEntry("pages", "Show two images of one page side by side, for the person who decides."),
    "attendance": CommandEntry(
        "attendance", "Hold the signed attendance lists against the booklets that were found."
    ),
    "homework": CommandEntry(
        "homework",
        "Show the credits that candidates bring along from homework, and bring in those of a list.",
    ),
    "grade": CommandEntry(
        "grade",
        "Compute credits and grades into results.csv, results.xlsx and results.json.",
    ),
    "grades": CommandEntry(
        "grades", "Write the results into the list that the examination office handed out, or into a new one."
    ),
    "scripts": CommandEntry(
        "scripts",
        "Write the annotated scripts of all booklets, one PDF each, with a manifest of what is in them.",
    ),
    "statistics": CommandEntry(
        "statistics",
        "Show how hard each question is, how well it tells people apart, and how reliable the exam is.",
    ),
    "publication": CommandEntry(
        "publication",
        "Say what candidates see of their results on a site, sign the grades, and publish them.",
    ),
    "place": CommandEntry("place", "Show where paper scripts lie, all or those that are looked for."),
    "place set": CommandEntry(
        "place", "Note in which box paper scripts lie, and from which position on.", "set_"
    ),
    "links": CommandEntry(
        "links", "Show which candidates have a personal link to their results, and how long it is good."
    ),
    "links make": CommandEntry(
        "links",
        "Make personal links to results, as a CSV: each is shown this once, and takes an older one's place.",
        "make",
    ),
    "links revoke": CommandEntry("links", "Have personal links be good no more.", "revoke"),
    "objections": CommandEntry(
        "objections", "Show the objections of candidates, those that wait first, and what came of the others."
    ),
    "objections show": CommandEntry(
        "objections",
        "Show an objection whole: its words, what was told then, and what the question earns now.",
        "show",
    ),
    "objections answer": CommandEntry(
        "objections",
        "Answer an objection: by a reason, or having judged the question anew; none of one's own.",
        "answer",
    ),
    "mail": CommandEntry(
        "mail", "Show the mails to candidates, and what became of each: sent, refused, come back, unclear."
    ),
    "mail send": CommandEntry(
        "mail",
        "Send candidates mail with personal links: results, a reminder, an answer; each at most once.",
        "send",
    ),
    "mail returned": CommandEntry(
        "mail", "Take in reports of mails that came back, from files, an mbox or a Maildir.", "returned"
    ),
    "log": CommandEntry(
        "log", "Show what was done to the records, by whom and when, and whether all is as it was written."
    ),
    "verify": CommandEntry(
        "verify",
        "Compute everything anew from the records, and see that these are as they were written.",
    ),
    "retention": CommandEntry(
        "retention",
        "Show how long scans and results are kept, when their time is over, and what was deleted.",
    ),
    "retention set": CommandEntry(
        "retention",
        "Say how many months after the exam scans and results are to be deleted; nothing is deleted by that.",
        "set_",
    ),
    "retention delete": CommandEntry(
        "retention",
        "Delete scans, or all that is known of candidates, for ever, with a signed certificate.",
        "delete",
    ),
    "retention check": CommandEntry(
        "retention",
        "See whether a certificate of a deletion is as it was signed with this exam's key.",
        "check",
    ),
    "tidy": CommandEntry(
        "tidy",
        "Take less room on disk: pictures that can be made again go, files that are there twice are joined.",
    ),
    "archive": CommandEntry(
        "archive",
        "Pack source, records, key, scans and papers into one file that can be verified and restored.",
    ),
    "restore": CommandEntry(
        "restore",
        "Bring an archived exam, or a site's backup, back into a new folder, once all of it was verified.",
    ),
    "merge": CommandEntry(
        "merge", "Say why two copies of one exam are not joined, and which of them to go on with."
    ),
    "trial": CommandEntry(
        "trial",
        "Try printer, pens and scanner before the exam day, by a sheet that is printed, marked and scanned.",
    ),
    "trial print": CommandEntry(
        "trial",
        "Write a sheet to print, to mark by hand and to scan, as papers will be on the exam day.",
        "print_",
    ),
    "trial read": CommandEntry(
        "trial",
        "Read a scanned trial sheet, and say what to change of printer, pens and scanner before the exam.",
        "read",
    ),
    "serve": CommandEntry(
        "serve",
        "Open exams in the browser: a site with people and roles, or one exam folder on this machine.",
    ),
    "site": CommandEntry("site", "Show the people and exams of a site, from the machine that it is on."),
    "site add": CommandEntry(
        "site", "Take an exam folder into a site, where it lies: one under version control, say.", "add"
    ),
    "site token": CommandEntry(
        "site_token", "List the tokens by which programs act on an exam, make one, or end one."
    ),
    "site invite": CommandEntry(
        "site", "Make a link by which somebody gets an account of a site, or a role in an exam.", "invite"
    ),
    "work": CommandEntry(
        "work",
        "Do the jobs of a site, beside its server or on another machine: scan, print, grade and others.",
    ),
    "doctor": CommandEntry(
        "doctor",
        "Say what is missing, misconfigured or unsafe, and the command that mends each; nothing is changed.",
    ),
    "upgrade": CommandEntry(
        "upgrade",
        "Bring the records of an exam, or a site and all of its exams, to the form that this Klausur knows.",
    ),
    "backup": CommandEntry(
        "backup",
        "Write a site with its people, exams and files into one encrypted file, while it goes on working.",
    ),
    "rehearse": CommandEntry(
        "rehearse",
        "Fill the printed booklets with made-up marks and scan them, in software, with the truth beside.",
    ),
    "demo": CommandEntry(
        "demo", "Take the reference exam from its source to grades, with made-up candidates and scans."
    ),
}
"""The commands by name, in the order of an exam's life."""


def group(name: str) -> tuple[str, ...]:
    """The names of the commands in a command's group, such as ``candidates add``; none for most."""
    return tuple(known for known in COMMANDS if known.startswith(f"{name} "))


def load(name: str) -> TyperCommand:
    """A command with its options, ready to be called. The help of a group's command lists the others."""
    entry = COMMANDS[name]
    module = importlib.import_module(f"klausur.cli.{entry.module}")
    listed = [f"klausur {known}: {COMMANDS[known].says}" for known in group(name)]
    alone = typer.Typer(add_completion=False, **LOOK)
    alone.command(name, cls=_Command, epilog="\n\n".join(listed) or None)(getattr(module, entry.function))
    found = typer.main.get_command(alone)
    if not isinstance(found, TyperCommand):
        raise TypeError(f"klausur {name} is no plain command")
    return found


def offered(name: str) -> TyperGroup:
    """A group's command as shell completion sees it where nothing follows yet: its words and its options."""
    words = [TyperCommand(known.split()[1], help=COMMANDS[known].says) for known in group(name)]
    options = [param for param in load(name).params if param.param_type_name == "option"]
    return TyperGroup(name=name, commands=words, params=options, **CONTEXT)


def _plainly(params: list[Any]) -> list[Any]:
    """The same arguments and options; the help shows types where somebody types a value, no word broken."""
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
        param.display_type_rich = partial(_type, param)
    return params


def _type(param: Any, ctx: Any) -> str | None:  # noqa: ANN401 - Typer keeps these types to itself
    if param.param_type_name == "argument":
        return None
    shown = param.display_type(ctx) if param.metavar is None else param.metavar
    return " | ".join(str(shown).strip("<>").split("|"))


class _Command(TyperCommand):
    """A command whose help names types where somebody types a value."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer keeps these types to itself
        """Its arguments and options."""
        return _plainly(super().get_params(ctx))


class Commands(TyperGroup):
    """The commands by name and summary; the one that is called is loaded then."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - Typer's own signature
        listed = [TyperCommand(name, help=entry.says) for name, entry in COMMANDS.items() if " " not in name]
        super().__init__(**{**settings, "commands": listed})

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        """The program's own options."""
        return _plainly(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - Typer keeps these types to itself
        """The command that the arguments name, loaded: that of two words if there is one, else of one."""
        name, _, rest = super().resolve_command(ctx, args)
        if ctx.resilient_parsing and name and group(name) and not rest:
            return name, offered(name), rest
        if name and rest and f"{name} {rest[0]}" in COMMANDS:
            name, rest = f"{name} {rest[0]}", rest[1:]
        elif name == "settle" and rest and rest[0] not in HELP:
            word, rest = short.long(rest)
            name = f"settle {word}"
        return name, load(name) if name else None, rest
