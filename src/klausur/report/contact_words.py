"""What the contact sheet says, in the exam's language: out of the one table of words."""

from dataclasses import dataclass

from babel import Locale

from klausur.report.said import said

_GROUP = "contact."


@dataclass(frozen=True, slots=True)
class ContactWords:
    """The words of a language."""

    language: str

    @property
    def direction(self) -> str:
        """How it runs, as HTML has it: "ltr" or "rtl"."""
        return str(Locale.parse(self.language).text_direction)

    def __call__(self, name: str, /, **values: object) -> str:
        """A text by its name, with what is filled in."""
        text = said(self.language, _GROUP)[name]
        for value, shown in values.items():
            text = text.replace(f"{{{value}}}", str(shown))
        return text
