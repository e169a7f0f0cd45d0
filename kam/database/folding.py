"""Letters without their marks, so that "muller" finds Müller and Ångström is sorted among the names with A.

The database has the same as its function `folded`, made by a migration from this table; a test holds both together.
"""

from __future__ import annotations

MARKED = {
    "a": "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
    "b": "ḃḅḇ",
    "c": "çćĉċčḉ",
    "d": "ďđḋḍḏḑḓ",
    "e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
    "f": "ḟ",
    "g": "ĝğġģǧǵḡ",
    "h": "ĥȟħḣḥḧḩḫẖ",
    "i": "ìíîïĩīĭįǐȉȋıḭḯỉị",
    "j": "ĵǰ",
    "k": "ķǩḱḳḵ",
    "l": "ĺļľłḷḹḻḽ",
    "m": "ḿṁṃ",
    "n": "ñńņňǹṅṇṉṋ",
    "o": "òóôõöōŏőơǒǫǭȍȏȫȭȯȱøṍṏṑṓọỏốồổỗộớờởỡợ",
    "p": "ṕṗ",
    "r": "ŕŗřȑȓṙṛṝṟ",
    "s": "śŝşšșṡṣṥṧṩ",
    "t": "ţťțŧṫṭṯṱẗ",
    "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
    "v": "ṽṿ",
    "w": "ŵẁẃẅẇẉẘ",
    "x": "ẋẍ",
    "y": "ýÿŷȳẏẙỳỵỷỹ",
    "z": "źżžẑẓẕ",
}
JOINED = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}

_PLAIN = str.maketrans({mark: letter for letter, marks in MARKED.items() for mark in marks} | JOINED)


def folded(text: str) -> str:
    """
    >>> folded("Müller & Søn, Straße 上海")
    'muller & son, strasse 上海'
    """
    return text.lower().translate(_PLAIN)


def folded_sql() -> str:
    """The body of the database's function, of `said`."""
    marks = "".join(MARKED.values())
    letters = "".join(letter * len(marked) for letter, marked in MARKED.items())
    body = f"translate(lower(said), '{marks}', '{letters}')"
    for joined, plain in JOINED.items():
        body = f"replace({body}, '{joined}', '{plain}')"
    return body
