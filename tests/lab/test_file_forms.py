import io
import zipfile
from pathlib import Path

import numpy as np
import pillow_heif
import pypdfium2
import pytest
from PIL import Image

from klausur.scan.decode import DecodeError, decode
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import Pixels
from lab.file_forms import DAMAGED, Form, Picture, save

BILEVEL = {Form.PDF_G4, Form.PDF_JBIG2, Form.TIFF_G4}
COLOUR = {Form.JPEG_CMYK, Form.HEIC}
TOGETHER = {
    *(form for form in Form if form.startswith(("pdf", "tiff"))),
    *(Form.ZIP, Form.JPEG_OF_MANY),
}
ODD = {
    Form.PDF_PORTFOLIO,
    Form.JPEG_DNL,
    Form.JPEG_HIGH,
    Form.JPEG_NO_END,
    Form.JPEG_OF_MANY,
    Form.TIFF_THUMBNAILS,
}
"""What few other programs show as it is meant."""


def pictures(form: Form) -> list[Picture]:
    """Three pictures: a dark square on light paper, each elsewhere."""
    made = []
    for n in range(3):
        pixels = np.full((300, 220), 255 if form in BILEVEL else 230, np.uint8)
        pixels[40 + 60 * n : 90 + 60 * n, 30:110] = 0 if form in BILEVEL else 40
        colours = np.stack([pixels] * 3, axis=-1)
        made.append(Picture(colours if form in COLOUR else pixels, 100, 90))
    return made


def opened(files: tuple[Path, ...]) -> list[Pixels]:
    """What other programs see in the files."""
    images: list[Image.Image] = []
    for file in files:
        if file.suffix == ".pdf":
            with pypdfium2.PdfDocument(file) as pdf:
                images += [page.render(scale=100 / 72).to_pil() for page in pdf]
        elif file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                images += [Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()]
        elif file.suffix == ".heic":
            images.append(pillow_heif.open_heif(file).to_pillow())
        else:
            picture = Image.open(file)
            for frame in range(getattr(picture, "n_frames", 1)):
                picture.seek(frame)
                images.append(picture.copy())
    return [np.asarray(image.convert("L")) for image in images]


@pytest.mark.parametrize("form", sorted(ODD))
def test_what_other_programs_may_not_show_is_read_as_it_was_saved(form: Form, tmp_path: Path) -> None:
    wanted = pictures(form)
    files = save(wanted, form, tmp_path / "scan")
    assert len(files) == (1 if form in TOGETHER else 3)
    seen: list[Pixels] = []
    for file in files:
        scan = open_scan(file)
        assert isinstance(scan, Scan)
        with scan:
            seen += [decode(image) for image in scan.pages()]
    for image, picture in zip(seen, wanted, strict=True):
        assert np.abs(image[: len(picture.pixels)].astype(int) - picture.pixels).mean() < 3


@pytest.mark.parametrize("form", sorted(set(Form) - ODD - DAMAGED))
def test_other_programs_see_what_was_saved(form: Form, tmp_path: Path) -> None:
    wanted = pictures(form)
    files = save(wanted, form, tmp_path / "scan")
    assert len(files) == (1 if form in TOGETHER else 3)
    seen = opened(files)
    assert len(seen) == 3
    for image, picture in zip(seen, wanted, strict=True):
        grey = picture.pixels if picture.pixels.ndim == 2 else picture.pixels[:, :, 0]
        assert image.shape == grey.shape
        assert np.abs(image.astype(int) - grey).mean() < 3


@pytest.mark.parametrize("form", sorted(DAMAGED))
def test_what_lacks_a_part_is_refused_and_would_else_be_shown_without_it(form: Form, tmp_path: Path) -> None:
    files = save(pictures(form), form, tmp_path / "scan")
    assert all(image.max() > 200 for image in opened(files)), "another program shows a page"
    scan = open_scan(files[0])
    assert isinstance(scan, Scan)
    with scan:
        for image in scan.pages():
            with pytest.raises(DecodeError, match="a part of the page cannot be drawn"):
                decode(image)
