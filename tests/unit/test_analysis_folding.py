"""Which spellings are one in every script, and which stay apart."""

from __future__ import annotations

import pytest

from monitor.analysis.text import fold

ONE = """
full width        ＡＬＩＢＡＢＡ１２  ALIBABA12
ligatures         ﬁnance            finance
accents           Peña              Pena
Vietnamese        Nguyễn            nguyen
Vietnamese đ      Đặng              dang
Turkish İ         İstanbul          istanbul
Turkish ı         Işık              isik
German ß          Straße            STRASSE
Polish ł          Wałęsa            walesa
Danish ø          Ørsted            orsted
Greek accents     Αθήνα             ΑΘΗΝΑ
Greek final sigma Μητσοτάκης        ΜΗΤΣΟΤΑΚΗΣ
half-width kana   ｱﾘﾊﾞﾊﾞ            アリババ
middle dots       ジャック・マー    ジャック･マー
kana compatible   ㍿                株式会社
Russian ё         Ещё               Еще
stress marks      за́мок             замок
Arabic hamza      أحمد              احمد
Arabic hamza 2    إيران             ايران
Arabic madda      آسيا              اسيا
Arabic wasla      ٱلله              الله
Arabic harakat    مُحَمَّد           محمد
Arabic tatweel    محـــمد           محمد
alef maqsura      مصطفى             مصطفي
ta marbuta        فاطمة             فاطمه
presentation form ﻣﺤﻤﺪ              محمد
Persian letters   کریم              كريم
Urdu heh          ہندو              هندو
zero-width joiner می‌خواهم          میخواهم
Arabic digits     ١٢٣               123
Hebrew niqqud     שָׁלוֹם             שלום
Hebrew gershayim  צה״ל              צה"ל
Thai sara am      กำ                กํา
Chinese           馬雲              马云
Chinese variants  裏峯臺            里峰台
Roman numeral     Ⅷ                 VIII
ayn, hamza marks  ʿAlī              'Ali
apostrophes       Ma’s              Ma's
"""
APART = """
kana voicing      ガス              カス
short i           йод               иод
Ukrainian         Україна           Украина
Macedonian        ѓ                 г
Serbian           Ћирић             Чирич
Thai marks        มิ                 ม
umlaut as e       Müller            Mueller
kana              マー              マ
"""


def rows(table: str) -> list[tuple[str, str]]:
    """The last two columns of each line."""
    pairs = (line.split()[-2:] for line in table.strip().splitlines())
    return [(one, other) for one, other in pairs]


@pytest.mark.parametrize(
    ("one", "other"), [*rows(ONE), ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"), ("\uf90a", "金")]
)
def test_these_are_one(one: str, other: str) -> None:
    assert one != other
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), rows(APART))
def test_these_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)
