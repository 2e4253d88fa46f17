"""The smallest workbook a spreadsheet program opens, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

_OPEN = "http://schemas.openxmlformats.org"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_OPEN}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_OPEN}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_OPEN}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_OPEN}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_OPEN}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: frozenset[int]) -> bytes:
    """Return an XLSX file with one sheet; columns in `numbers` become numbers, all others text."""
    lines = [_line(1, head, frozenset())]
    lines += [_line(at, row, numbers) for at, row in enumerate(rows, start=2)]
    parts = _PARTS | {
        "xl/workbook.xml": f'<workbook xmlns="{_OPEN}/spreadsheetml/2006/main" '
        f'xmlns:r="{_OPEN}/officeDocument/2006/relationships">'
        f'<sheets><sheet name="{escape(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_OPEN}/spreadsheetml/2006/main"><sheetData>{"".join(lines)}'
        "</sheetData></worksheet>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + content)
    return packed.getvalue()


def _line(number: int, cells: Sequence[str], numbers: frozenset[int]) -> str:
    inner = "".join(_cell(number, at, cell, number_like=at in numbers) for at, cell in enumerate(cells))
    return f'<row r="{number}">{inner}</row>'


def _cell(row: int, column: int, value: str, *, number_like: bool) -> str:
    place = f"{chr(65 + column)}{row}"
    if number_like:
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
