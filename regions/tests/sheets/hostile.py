"""Files that are small and want much: each is a way in which a reader was, or could be, buried."""

import io
import zipfile

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MEGA = 1_000_000


def workbook(sheet: str | bytes, *, strings="", styles="", deflate=True, book_tail="", extra=()) -> bytes:
    """A minimal workbook around the XML of one sheet."""
    out = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", kind) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPES}.sharedStrings+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook {NAMESPACE} xmlns:r="{_RELATIONS}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
            f"{book_tail}</workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="r3" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        book.writestr("xl/sharedStrings.xml", strings or f"<sst {NAMESPACE}/>")
        book.writestr("xl/styles.xml", styles or f"<styleSheet {NAMESPACE}/>")
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, data in extra:
            book.writestr(name, data)
    return out.getvalue()


def sheet(rows: str, tail: str = "") -> str:
    return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData>{tail}</worksheet>"


HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>slug</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'


def cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def _noise(size: int) -> str:
    """A text that does not pack well."""
    import random

    return random.Random(1).randbytes(size // 2).hex()


def a_row_number_that_never_comes() -> bytes:
    return workbook(sheet(HEADER + '<row r="999999999999999"><c><v>1</v></c></row>'))


def a_row_number_too_long_to_read() -> bytes:
    return workbook(sheet(HEADER + f'<row r="{"9" * 4000}"><c><v>1</v></c></row>'))


def a_column_far_out() -> bytes:
    return workbook(sheet(HEADER + '<row r="2"><c r="XFD2"><v>1</v></c></row>' * 1_000))


def millions_of_empty_rows() -> bytes:
    return workbook(sheet(HEADER + "<row/>" * 3 * MEGA))


def empty_rows_that_pack_badly() -> bytes:
    rows = "".join(f'<row r="{number}" spans="{number * 7919 % 9973}:9"/>' for number in range(2, 120_000))
    return workbook(sheet(HEADER + rows))


def one_row_of_empty_cells() -> bytes:
    cells = "".join(f'<c s="{number * 7919 % 997}"/>' for number in range(390_000))
    return workbook(sheet(HEADER + f"<row>{cells}</row>"))


def hundreds_of_megabytes_of_strings() -> bytes:
    strings = f"<sst {NAMESPACE}>" + f"<si><t>{'x' * 1_000}</t></si>" * 100_000 + "</sst>"
    return workbook(sheet(HEADER), strings=strings)


def one_long_string_in_every_cell() -> bytes:
    strings = f"<sst {NAMESPACE}><si><t>{_noise(2 * MEGA)}</t></si></sst>"
    return workbook(
        sheet(HEADER + '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 1_900), strings=strings
    )


def many_cells_of_a_page() -> bytes:
    strings = f"<sst {NAMESPACE}><si><t>{_noise(32_000)}</t></si></sst>"
    row = "<row>" + '<c t="s"><v>0</v></c>' * 40 + "</row>"
    return workbook(sheet(HEADER + row * 1_900), strings=strings, deflate=False)


def a_million_formats() -> bytes:
    styles = f"<styleSheet {NAMESPACE}><cellXfs>" + "<xf/>" * 4 * MEGA + "</cellXfs></styleSheet>"
    return workbook(sheet(HEADER), styles=styles)


def formats_that_pack_badly() -> bytes:
    formats = "".join(f'<xf numFmtId="{number * 7919 % 9973}"/>' for number in range(420_000))
    return workbook(
        sheet(HEADER), styles=f"<styleSheet {NAMESPACE}><cellXfs>{formats}</cellXfs></styleSheet>"
    )


def a_billion_laughs() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    xml = f"<!DOCTYPE w [{entities}]><worksheet {NAMESPACE}><sheetData><row><c t='str'><v>&a9;</v></c></row></sheetData></worksheet>"
    return workbook(xml)


def laughs_in_another_encoding() -> bytes:
    xml = a_billion_laughs()
    with zipfile.ZipFile(io.BytesIO(xml)) as book:
        text = book.read("xl/worksheets/sheet1.xml").decode()
    return workbook(text.encode("utf-16"))


def marks_that_are_not_counted() -> bytes:
    declaration = b'<?xml version="1.0" encoding="cp037"?>'
    return workbook(declaration + sheet(HEADER + "<row/>" * 500_000).encode("cp037"), deflate=False)


def thousands_of_parts() -> bytes:
    return workbook(sheet(HEADER), extra=[(f"xl/media/{n}.xml", "<a/>") for n in range(20_000)])


def an_archive_of_zeros() -> bytes:
    return workbook(sheet(HEADER), extra=[("xl/media/image1.png", bytes(60 * MEGA))])


def a_sheet_of_deep_elements() -> bytes:
    return workbook(
        sheet(HEADER + "<row><c><v>" + "<a>" * 190_000 + "</a>" * 190_000 + "</v></c></row>"), deflate=False
    )


def many_links_below_the_rows() -> bytes:
    links = "".join(
        f'<hyperlink ref="A{number}" location="x{number * 7919 % 9973}"/>' for number in range(380_000)
    )
    return workbook(sheet(HEADER + "<row><c><v>1</v></c></row>", f"<hyperlinks>{links}</hyperlinks>"))


def many_merged_ranges() -> bytes:
    ranges = "".join(f'<mergeCell ref="A{number}:XFD{number + 1}"/>' for number in range(1, 390_000, 2))
    return workbook(sheet(HEADER + "<row><c><v>1</v></c></row>", f"<mergeCells>{ranges}</mergeCells>"))


def many_names() -> bytes:
    names = "".join(f'<definedName name="n{number}">a!$A${number}</definedName>' for number in range(190_000))
    return workbook(
        sheet(HEADER + "<row><c><v>1</v></c></row>"), book_tail=f"<definedNames>{names}</definedNames>"
    )


def many_formats_of_styles() -> bytes:
    formats = "".join(f'<xf numFmtId="{number * 7919 % 9973}"/>' for number in range(380_000))
    return workbook(
        sheet(HEADER), styles=f"<styleSheet {NAMESPACE}><cellXfs>{formats}</cellXfs></styleSheet>"
    )


def many_relations() -> bytes:
    links = "".join(f'<Relationship Id="q{number}" Type="x" Target="y"/>' for number in range(380_000))
    return workbook(
        sheet(HEADER),
        extra=[("xl/worksheets/_rels/sheet1.xml.rels", f"<Relationships>{links}</Relationships>")],
    )


def one_cell_of_attributes() -> bytes:
    attributes = " ".join(f'a{number}="b"' for number in range(400_000))
    return workbook(sheet(HEADER + f"<row><c {attributes}><v>1</v></c></row>"), deflate=False)


def one_cell_of_namespaces() -> bytes:
    spaces = " ".join(f'xmlns:a{number}="b{number}"' for number in range(190_000))
    return workbook(sheet(HEADER + f"<row><c {spaces}><v>1</v></c></row>"), deflate=False)


def one_text_of_attributes() -> bytes:
    attributes = " ".join(f'a{number} = "b"' for number in range(340_000))
    strings = f"<sst {NAMESPACE}><si {attributes}><t>x</t></si></sst>"
    return workbook(sheet(HEADER), strings=strings, deflate=False)


def a_workbook_that_needs_lzma() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as book:
        book.writestr("[Content_Types].xml", "<a/>" * MEGA)
    return out.getvalue()


def a_workbook_cut_short() -> bytes:
    return workbook(sheet(HEADER + "<row><c><v>1</v></c></row>"))[:-30]


def a_table_of_commas() -> bytes:
    return b"slug,name\n" + b"," * 4_900_000


def a_table_of_empty_lines() -> bytes:
    return b"slug,name\n" + b"\n" * 4_900_000


def a_table_with_one_quote() -> bytes:
    return b'slug,name\n"' + b"a,\n" * 1_600_000


def a_table_of_bytes() -> bytes:
    return bytes(range(256)) * 19_000


FILES = {
    name: make
    for name, make in list(globals().items())
    if callable(make)
    and name.startswith(
        (
            "a_",
            "an_",
            "one_",
            "many_",
            "millions",
            "empty_",
            "hundreds",
            "formats",
            "laughs",
            "marks",
            "thousands",
        )
    )
}
# Files of other programs, and what the refusal must name.
OTHERS = {
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), ".xlsx"),
    "html": (b"\xef\xbb\xbf\r\n<html><table><tr><td>a</td></tr></table></html>", ".xlsx"),
}


def other(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name in names:
            book.writestr(name, "<a/>")
    return out.getvalue()


OTHERS["ods"] = (other("mimetype", "content.xml"), ".ods")
OTHERS["xlsb"] = (other("[Content_Types].xml", "xl/workbook.bin"), ".xlsb")
