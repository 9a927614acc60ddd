"""The table of headings that lists of candidates come with: in general, and those of known systems.

Whoever reads or fills in lists takes them from here; how a heading is compared with them is
`klausur.roster.columns`' business. docs/guide/candidates.md lists the same headings; a test holds them equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Column(StrEnum):
    """What a column can hold."""

    REGISTRATION = "registration"
    NAME = "name"
    FIRST = "first name"
    LAST = "last name"
    ROOM = "room"
    SEAT = "seat"
    EXTRA_MINUTES = "extra minutes"
    EXTRA_PERCENT = "extra percent"
    STATUS = "status"
    NOTE = "note"
    PRINT = "print"
    LANGUAGE = "language"
    MAIL = "mail"
    GRADE = "grade"
    CREDITS = "credits"
    OTHER = "other"


UNUSED = frozenset({Column.GRADE, Column.CREDITS, Column.OTHER})
"""What a list of candidates may hold and nothing here makes use of."""

HEADINGS: Mapping[Column, tuple[str, ...]] = MappingProxyType(
    {
        Column.REGISTRATION: (
            "Registration number",
            "Registration",
            "Registration no.",
            "Reg. no.",
            "Matriculation number",
            "Matriculation",
            "Student number",
            "Student ID",
            "ID number",
            "Matrikelnummer",
            "Matrikel-Nr.",
            "Matrikel",
            "Matr.-Nr.",
            "ID-Nummer",
            "Kennnummer",
            "mtknr",
            "Numéro étudiant",
            "Numéro d'étudiant",
            "N° étudiant",
            "Num. étudiant",
            "Code étudiant",
            "Matricule",
            "Numéro de matricule",
        ),
        Column.NAME: (
            "Name",
            "Full name",
            "Candidate",
            "Student",
            "Vollständiger Name",
            "Kandidat",
            "Kandidat/in",
            "Studierende",
            "Nom",
            "Nom complet",
            "Nom et prénom",
            "Étudiant",
        ),
        Column.FIRST: (
            "First name",
            "Given name",
            "Forename",
            "First name of student",
            "Vorname",
            "Prénom",
            "Prénoms",
        ),
        Column.LAST: (
            "Last name",
            "Family name",
            "Surname",
            "Family name of student",
            "Nachname",
            "Familienname",
            "Nom de famille",
            "Nom d'usage",
        ),
        Column.ROOM: (
            "Room",
            "Hall",
            "Lecture hall",
            "Raum",
            "Hörsaal",
            "Saal",
            "Salle",
            "Amphi",
            "Amphithéâtre",
        ),
        Column.SEAT: (
            "Seat",
            "Seat number",
            "Seat no.",
            "Platz",
            "Platznummer",
            "Platz-Nr.",
            "Sitz",
            "Sitzplatz",
            "Sitzplatznummer",
            "Numéro de place",
            "N° de place",
        ),
        Column.EXTRA_MINUTES: (
            "Extra minutes",
            "Extra time",
            "Additional minutes",
            "Additional time",
            "Zusatzminuten",
            "Zusatzzeit",
            "Zeitzuschlag",
            "Zeitverlängerung",
            "Schreibzeitverlängerung",
            "Temps supplémentaire",
            "Temps majoré",
            "Tiers temps",
        ),
        Column.EXTRA_PERCENT: ("Extra percent", "Zuschlag in Prozent", "Majoration en pourcent"),
        Column.STATUS: (
            "Status",
            "Registration status",
            "Enrolment status",
            "Enrollment status",
            "Anmeldestatus",
            "Prüfungsstatus",
            "pstatus",
            "Statut",
            "Statut d'inscription",
        ),
        Column.NOTE: (
            "Remark",
            "Remarks",
            "Notes",
            "Comment",
            "Comments",
            "Bemerkung",
            "Bemerkungen",
            "Anmerkung",
            "Anmerkungen",
            "Kommentar",
            "Remarque",
            "Remarques",
            "Commentaire",
            "Commentaires",
            "Observations",
        ),
        Column.PRINT: (
            "Print",
            "Print size",
            "Large print",
            "Druck",
            "Druckgröße",
            "Schriftgröße",
            "Großdruck",
        ),
        Column.LANGUAGE: (
            "Language",
            "Exam language",
            "Language of the exam",
            "Sprache",
            "Prüfungssprache",
            "Klausursprache",
            "Langue",
        ),
        Column.MAIL: (
            "E-mail",
            "E-mail address",
            "Mail",
            "Mail address",
            "E-Mail-Adresse",
            "Mailadresse",
            "Courriel",
            "Adresse e-mail",
            "Adresse mail",
        ),
        # "Note" is the grade in German lists, and never a note.
        Column.GRADE: (
            "Grade",
            "Final grade",
            "Mark",
            "Note",
            "Endnote",
            "Prüfungsnote",
            "Note finale",
            "Bewertung",
            "Leistung",
        ),
        Column.CREDITS: ("Points", "Score", "Punkte", "Punktzahl", "Gesamtpunkte"),
        # Of no use here, though they look as if they were.
        Column.OTHER: (
            "Registered on",
            "Registration date",
            "Registration time",
            "Anmeldedatum",
            "Anmeldezeitpunkt",
            "Angemeldet am",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class System:
    """The lists of one system.

    Attributes:
        name: as people call it.
        marks: headings of which no other system has one.
        headings: what stands under its headings, where this says more than `HEADINGS`, or otherwise.
    """

    name: str
    marks: tuple[str, ...]
    headings: Mapping[str, Column]


def _system(name: str, marks: tuple[str, ...], other: tuple[str, ...], **holds: tuple[str, ...]) -> System:
    """A row of the table; ``holds`` are headings by the name of their Column."""
    named = {heading: Column[column] for column, headings in holds.items() for heading in headings}
    return System(name, marks, MappingProxyType(named | dict.fromkeys(other, Column.OTHER)))


SYSTEMS: tuple[System, ...] = (
    _system(
        "HIS QIS",
        ("mtknr",),
        ("sortname", "stg", "abschl", "pversuch", "pvermerk", "pdatum", "labnr", "pnr"),
        REGISTRATION=("mtknr",),
        LAST=("nachname",),
        FIRST=("vorname",),
        STATUS=("pstatus",),
        GRADE=("bewertung",),
    ),
    _system(
        "HISinOne",
        ("Examplan.id",),
        ("Examplan.id", "PrüfungsNr.", "Titel", "Semester", "Jahr", "Vermerk"),
        REGISTRATION=("Matrikelnummer",),
        LAST=("Nachname",),
        FIRST=("Vorname",),
        STATUS=("Status",),
        GRADE=("Leistung",),
    ),
    # Its status is that of a submission, and not of a registration.
    _system(
        "Moodle",
        (
            "Last modified (grade)",
            "Zuletzt geändert (Bewertung)",
            "Last downloaded from this course",
            "Zuletzt aus diesem Kurs geladen",
            "Dernière modification (note)",
        ),
        (
            "Identifier",
            "ID",
            "Status",
            "Maximum grade",
            "Bestwertung",
            "Grade can be changed",
            "Bewertung kann geändert werden",
            "Last modified (submission)",
            "Last modified (grade)",
            "Zuletzt geändert (Abgabe)",
            "Zuletzt geändert (Bewertung)",
            "Feedback comments",
            "Feedback als Kommentar",
            "Last downloaded from this course",
            "Zuletzt aus diesem Kurs geladen",
            "Identifiant",
            "Statut",
            "Note maximale",
            "La note peut être modifiée",
            "Dernière modification (travail remis)",
            "Dernière modification (note)",
            "Feedback par commentaires",
        ),
        REGISTRATION=("ID number", "ID-Nummer", "Numéro d'identification"),
        NAME=("Full name", "Vollständiger Name", "Nom complet"),
        FIRST=("First name", "Vorname"),
        LAST=("Last name", "Surname", "Nachname"),
        MAIL=("Email address", "E-Mail-Adresse", "Adresse de courriel"),
        GRADE=("Grade", "Bewertung", "Note"),
    ),
    _system(
        "Canvas",
        ("SIS User ID", "SIS Login ID"),
        ("ID", "SIS Login ID", "Integration ID", "Root Account", "Section"),
        REGISTRATION=("SIS User ID",),
        NAME=("Student",),
    ),
    _system(
        "CAMPUSonline",
        ("FAMILY_NAME_OF_STUDENT",),
        (
            "STUDY_PROGRAMME",
            "CODE_OF_STUDY_PROGRAMME",
            "DATE_OF_ASSESSMENT",
            "Number_Of_The_Course",
            "SEMESTER_OF_The_COURSE",
            "COURSE_TITLE",
            "Examiner",
            "Start_Time",
            "DB_Primary_Key_Of_Exam",
            "DB_Primary_Key_Of_Candidate",
            "COURSE_GROUP_NAME",
            "FILE_REMARK",
            "ECTS_GRADE",
            "Information",
        ),
        REGISTRATION=("REGISTRATION_NUMBER",),
        LAST=("FAMILY_NAME_OF_STUDENT",),
        FIRST=("FIRST_NAME_OF_STUDENT",),
        NOTE=("REMARK",),
        MAIL=("EMAIL_ADDRESS",),
        GRADE=("GRADE",),
    ),
    _system(
        "FlexNow",
        ("StudFach",),
        ("StudFach", "PO", "APNr"),
        REGISTRATION=("MatrNr",),
        GRADE=("Note",),
    ),
)
"""The systems whose lists are known by their headings."""

START, END = "startHISsheet", "endHISsheet"
"""Between rows with these in a cell lies the table of a HIS list."""

POINTS_POSSIBLE = "Points Possible"
"""How the row of a Canvas gradebook begins that says what each assignment is worth."""

TAKES_PART = (
    "registered", "enrolled", "admitted", "confirmed", "active", "approved",
    "angemeldet", "zugelassen", "bestätigt", "aktiv", "Fixplatz", "AN", "inscrit", "inscrite",
)  # fmt: skip
"""Statuses of people who take the exam. HIS writes AN."""

LEFT_OUT = (
    "withdrawn", "deregistered", "unregistered", "cancelled", "canceled", "rejected",
    "not admitted",
    "dropped", "abgemeldet", "zurückgetreten", "Rücktritt", "storniert", "abgelehnt",
    "nicht zugelassen", "RT", "désinscrit", "désinscrite", "annulé", "annulée", "non inscrit", "non inscrite",
)  # fmt: skip
"""Statuses of people who stand on the list and do not take the exam. HIS writes RT."""
