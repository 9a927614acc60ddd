"""The symbol that a page code is printed as. What its bytes say stands in `klausur.paper.code`."""

import numpy as np
import numpy.typing as npt
import zxingcpp


def symbol(data: bytes) -> npt.NDArray[np.bool_]:
    """The modules of the Data Matrix for these bytes: (n, n), True is black, row 0 on top."""
    barcode = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.DataMatrix)
    image = np.array(zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False))
    rows, columns = image.shape
    if rows != columns:
        raise ValueError(
            f"{len(data)} bytes make a symbol of {rows} by {columns} modules, which is no square"
        )
    return np.asarray(image == 0)
