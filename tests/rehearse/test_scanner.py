from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klausur.base.geometry import PAPERS, Box
from klausur.rehearse.dirt import befall, punched, soil
from klausur.rehearse.level import Level
from klausur.rehearse.scan_order import pile
from klausur.rehearse.scanner import WEAR, ScanPlan, Wear, matrix, plan, scan, shows
from klausur.scan.model import Pixels

A4 = PAPERS["a4"]
CODE = Box(17.0, 4.5, 10.0, 10.0)
LOW = 100
SHAPE = (round(297 / 25.4 * LOW), round(210 / 25.4 * LOW))


def sheet() -> Pixels:
    """White with one black disc, off the middle both ways."""
    page = np.full(SHAPE, 255, np.uint8)
    cv2.circle(page, (200, 300), 20, 0, -1)
    return page


def still(level: Level = Level.CLEAN, **changes: object) -> ScanPlan:
    wear = replace(WEAR[level], dpi=LOW)
    return replace(plan(wear, np.random.default_rng(1), upside_down=False), **changes)  # type: ignore[arg-type] # any field


def seen(data: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), dtype=np.uint8)


def disc(image: Pixels) -> tuple[float, float]:
    y, x = np.nonzero(image < 128)
    return float(x.mean()), float(y.mean())


def test_a_clean_scan_is_the_sheet() -> None:
    image = seen(scan(sheet(), still()))
    assert image.shape == SHAPE
    assert np.abs(image.astype(int) - sheet()).mean() < 1.0


def test_an_upside_down_page_is_turned() -> None:
    x, y = disc(seen(scan(sheet(), still(upside_down=True, lid=255))))
    assert (x, y) == pytest.approx((SHAPE[1] - 1 - 200, SHAPE[0] - 1 - 300), abs=0.6)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), upside_down=st.booleans())
def test_the_map_says_where_things_land(seed: int, *, upside_down: bool) -> None:
    wear = replace(WEAR[Level.HARD], dpi=LOW)
    how = plan(wear, np.random.default_rng(seed), upside_down=upside_down)
    x, y = matrix(how, SHAPE) @ (200.0, 300.0, 1.0)
    plain = replace(how, lid=255, noise=0.0, shade=0.0)  # only the disc is darker than half
    assert disc(seen(scan(sheet(), plain))) == pytest.approx((x, y), abs=0.7)


def test_plans_keep_to_their_level() -> None:
    for level in Level:
        wear = WEAR[level]
        for seed in range(200):
            how = plan(wear, np.random.default_rng(seed), upside_down=False)
            assert abs(how.skew) <= wear.skew
            assert max(abs(s) for s in how.shift) <= wear.shift
            assert max(abs(s - 1) for s in how.scale) <= wear.scale * 1.25
            assert wear.quality[0] <= how.quality <= wear.quality[1]
            assert how.blur <= wear.blur
            assert how.noise <= wear.noise


def test_harder_levels_are_further_from_the_sheet() -> None:
    def distance(level: Level) -> float:
        found = []
        for seed in range(8):
            how = plan(replace(WEAR[level], dpi=LOW), np.random.default_rng(seed), upside_down=False)
            how = replace(how, skew=0.0, shift=(0.0, 0.0), scale=(1.0, 1.0), bed=0.0)
            found.append(np.abs(seen(scan(sheet(), how)).astype(int) - sheet()).mean())
        return float(np.mean(found))

    assert distance(Level.CLEAN) < distance(Level.DEFAULT) < distance(Level.HARD)


def test_colour_stays_colour() -> None:
    page = np.full((*SHAPE, 3), 255, np.uint8)
    page[300:500, 200:400] = (200, 20, 30)
    for level in Level:
        image = seen(scan(page, still(level, colour=True)))
        assert image.ndim == 3
        blue, _, red = image[400, 300].astype(int)  # OpenCV decodes to BGR
        assert red - blue > 80


def test_what_lies_off_the_image_is_known() -> None:
    assert shows(still(), CODE, A4)
    assert not shows(still(shift=(-18.0, 0.0)), CODE, A4)
    assert not shows(still(shift=(0.0, -5.0)), CODE, A4)
    assert not shows(still(upside_down=True, shift=(18.0, 0.0)), CODE, A4)
    assert shows(still(shift=(0.0, -5.0), bed=10.0), CODE, A4)


def test_the_glass_may_be_larger_than_the_sheet() -> None:
    image = seen(scan(sheet(), still(bed=12.7, lid=40)))
    assert image.shape == (SHAPE[0] + 100, SHAPE[1] + 100)
    assert image[:48].max() < 60
    assert disc(np.where(image[50:-50, 50:-50] < 128, 0, 255).astype(np.uint8)) == pytest.approx(
        (200, 300), abs=0.6
    )


def test_at_the_default_level_hardly_a_page_code_is_lost() -> None:
    wear = WEAR[Level.DEFAULT]
    rng = np.random.default_rng(2)
    plans = [plan(wear, rng, upside_down=bool(n % 2)) for n in range(3000)]
    assert np.mean([not shows(how, CODE, A4) for how in plans]) < 0.001
    spoilt = [befall(wear, A4, rng, stapled=False, holes=(), back=False).code_spoilt for _ in range(3000)]
    assert np.mean(spoilt) < 0.003


def test_a_spoilt_code_is_gone_and_the_rest_stays() -> None:
    wear = Wear(code_spoilt=1.0)
    for seed in range(6):
        rng = np.random.default_rng(seed)
        page = np.full(SHAPE, 255, np.uint8)
        checks = (np.indices((40, 40)).sum(axis=0) % 2 * 255).astype(np.uint8)
        page[18:58, 67:107] = checks
        soil(page, befall(wear, A4, rng, stapled=False, holes=(), back=False), A4, CODE, rng)
        assert (page[18:58, 67:107] != checks).mean() > 0.3
        assert (page[300:] == 255).all()


def test_staples_lie_left_on_fronts_and_right_on_backs() -> None:
    for back in (False, True):
        rng = np.random.default_rng(4)
        page = np.full(SHAPE, 255, np.uint8)
        soil(page, befall(Wear(), A4, rng, stapled=True, holes=(), back=back), A4, None, rng)
        y, x = np.nonzero(page < 255)
        assert y.max() < 100
        assert (x.min() > SHAPE[1] - 120) if back else (x.max() < 120)


def test_holes_are_mirrored_on_backs() -> None:
    rng = np.random.default_rng(5)
    holes = punched(A4, rng)
    front = befall(Wear(), A4, rng, stapled=False, holes=holes, back=False)
    back = befall(Wear(), A4, rng, stapled=False, holes=holes, back=True)
    assert front.holes == holes
    assert [h.x + h.w for h in back.holes] == pytest.approx([A4.w - h.x for h in holes])
    page = np.full(SHAPE, 255, np.uint8)
    soil(page, front, A4, None, rng)
    x, y = (round(n * LOW / 25.4) for n in holes[0].centre)
    assert page[y, x] < 250
    assert "holes" in front.defects


def test_a_pile_without_mishaps_is_in_order() -> None:
    sides = pile(5, Wear(), np.random.default_rng(1))
    assert [s.page for s in sides] == [1, 2, 3, 4, 5]
    assert not any(s.defects for s in sides)


def test_both_sides_of_a_sheet_share_its_fate() -> None:
    wear = Wear(lost=0.2, duplicated=0.2, upside_down=0.2, swapped=0.2)
    for seed in range(50):
        sides = pile(8, wear, np.random.default_rng(seed))
        assert {s.page for s in sides} == set(range(1, 9))
        for one, other in zip(sides[::2], sides[1::2], strict=True):
            assert other.page == one.page + 1
            assert one.defects == other.defects
        assert not any(s.lost and s.copy for s in sides)


def test_a_turned_booklet_is_upside_down_throughout() -> None:
    assert all(s.upside_down for s in pile(6, Wear(turned=1.0), np.random.default_rng(1)))


def test_mishaps_come_as_often_as_said() -> None:
    wear = Wear(lost=0.1, duplicated=0.05)
    piles = [pile(10, wear, np.random.default_rng(seed)) for seed in range(300)]
    sides = [side for sides in piles for side in sides if side.copy == 0]
    assert np.mean([s.lost for s in sides]) == pytest.approx(0.1, abs=0.03)
    assert sum(s.copy for sides in piles for s in sides) / len(sides) == pytest.approx(0.045, abs=0.02)
