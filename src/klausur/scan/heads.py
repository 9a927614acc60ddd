"""What the first bytes of a file say of its kind. Its name says nothing."""

HEAD = 1024
"""Bytes that tell the kind of a file: PDF allows its header to stand anywhere in these."""

SUFFIXES = frozenset(
    (
        *(".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2", ".j2k", ".jpx", ".webp"),
        *(".heic", ".heif", ".zip"),
    )
)
"""How names of scanned files end: what is taken out of a folder."""

ZIP = b"PK\x03\x04"
JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"
TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
JPEG2000 = (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})


def is_known(head: bytes) -> bool:
    """Whether a file that starts so is of a kind that has pages. What a PDF starts with may be anything."""
    return is_one_page(head) or head.startswith(TIFF) or b"%PDF-" in head


def is_one_page(head: bytes) -> bool:
    """Whether a file that starts so is one image."""
    return head.startswith((JPEG, PNG, *JPEG2000)) or is_webp(head) or is_heif(head)


def is_webp(head: bytes) -> bool:
    """Whether a file that starts so is WebP."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def is_heif(head: bytes) -> bool:
    """Whether a file that starts so is HEIF with HEVC inside, as telephones photograph."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF
