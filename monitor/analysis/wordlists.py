"""Closed lists of words that titles are read with, in the languages of the lab's corpora, in canonical form.

They are short on purpose: a missing word costs a fold that is not made, a wrong one a false fold.
"""

from __future__ import annotations

import re
from typing import Final

STOP: Final = frozenset(
    # no negations and no directions: "not", "up", "down" change what a title says
    "a an the of in on at to for and or as by with from is are was were be it its s that this"
    " der die das und im am zu mit von fur ein eine den dem des auf ist"
    " le la les de du des et en un une au aux l d pour sur dans est"
    " el los las y del por con para que"
    " och i pa av for med till att som en ett det den ar om"
    " и в на с по к о об у за из от для что как"
    " i w z na do o ze sie a v ve s pri"
    " 的 了 在 和".split()
)

DRESS: Final = (
    r"breaking(?: news)?|just in|update(?:d)?(?: \d+)?|exclusive|watch|video|alert|urgent|developing"
    r"|срочно|эксклюзив|видео|молния"
    r"|urgent|exclusif|vidéo|alerte"
    r"|senaste nytt|just nu|exklusivt|video|uppdaterad|tv"
    r"|eilmeldung|exklusiv|última hora"
    r"|快讯|突发|独家|视频|最新|快訊|突發|獨家|視頻"
)
"""What may stand before a title without making another piece of it."""


def _opening(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{words})(?!\w)", re.IGNORECASE)


GENRES: Final = (
    (
        "live",
        re.compile(
            r"^\W*(?:live|en direct|direkt|liveticker|онлайн|直播)(?!\w)|\bas it happened\b"
            r"|\blive (?:updates?|blog|coverage|reaction|news)\b|(?:[-\u2013\u2014|:]\s*|\()live\W*$"
            r"|\blive\s*[:|\u2013\u2014]"
            r"|прямая трансляция|实时更新|直播",
            re.IGNORECASE,
        ),
    ),
    (
        "explainer",
        re.compile(
            r"^\W*(?:explainer|explained|why|how|what|q ?& ?a|fact[- ]check(?:ed|ing)?|timeline|pourquoi|comment|warum"
            r"|varför|så|почему|что известно|как|разбор|为什么|為什麼|解读|解讀|一文读懂|事实核查)(?!\w)"
            r"|\bexplained\W*$|\b(?:what (?:we|to) know|things to know|key takeaways|fact[- ]check)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "opinion",
        re.compile(
            r"^\W*(?:opinion|analysis|comment|commentary|editorial|column|letters?|perspective|review|debatt|ledare"
            r"|krönika|analys|мнение|колонка|аналитика|tribune|édito|analyse|kommentar|评论|評論|社论|分析|观点)"
            r"\W*[:|\u2013\u2014\-：]|[|\u2013\u2014-]\s*(?:opinion|analysis|editorial|letters?)\W*$",
            re.IGNORECASE,
        ),
    ),
    ("audio", _opening(r"podcast|listen|подкаст|播客")),
    ("digest", _opening(r"(?:morning|evening|daily|weekly|news) (?:briefing|brief|digest|round-?up|report|update)")),
    (
        "pictures",
        re.compile(
            r"\bin pictures\b|^\W*pictures? of the (?:day|week)|^\W*(?:photos?|gallery|фото|图集)\s*[:|]|图集",
            re.IGNORECASE,
        ),
    ),
)
"""Signs that a title announces another sort of piece than a report, in the order in which they are tried."""

NEGATIONS: Final = frozenset(
    "not no never nor without none don t deny denies denied denial false fake hoax rumor rumour unlikely halts rejects"
    " refuses blocks cancels cancelled canceled former ex anniversary"
    " не нет ни без отрицает опроверг опровергли отменили отказался бывший экс"
    " nicht kein keine ohne ex pas non sans ni inte ej aldrig utan sin ne nie bez"
    " 不 没 沒 未 否 非 无 無 拒 假 前 안 못 않"
    " cannot off fail fails failed almost ends ended stops stopped threat threatens scraps scrapped postponed"
    " postpones suspends suspended abandons abandoned overturns overturned"
    " against little yet declines kaum"
    " niemals nie beinahe dementiert abgesagt gestoppt gescheitert scheitert verschoben jamais aucun dement"
    " refuse echoue nunca jamas niega rechaza desmiente cancela aplaza suspende fracasa nao nega recusa"
    " niet geen nooit ikke nem degil yok khong tidak bukan batal δεν μη ні لا لم لن ليس ليست ينفي تنفي نفي نفت"
    " يرفض ترفض رفض الغاء تاجيل נגד לא אין नहीं नही न मत".split()
)
"""Words that, put into a title, turn it round: with one of them more it is no copy."""

TURNING: Final = frozenset(
    "停止 中止 终止 取消 暂停 推迟 延期 搁置 撤销 撤回 失败 辟谣 谣言 反对 叫停 破裂 几乎 差点"
    " せず ない なかっ ません 断念 见送 取り消 误报 破弃"
    " 아니 부인 취소 연기 중단 무산 거부 철회 실패 불발 반대 부결 보류 ไม่ ยกเลิก ระงับ เลื่อน ปฏิเสธ เกือบ".split()
)
"""The same of scripts without spaces, where such a word has several characters."""

VARIANTS: Final = frozenset(
    "mini nano lite pro max plus ultra turbo flash preview beta base instruct coder omni vl thinking distill".split()
)
"""Words that, put into a title as they stand, name another thing of one family: GPT-5 mini is not GPT-5."""

AGAIN: Final = frozenset(
    "second third fourth fifth another again may might could would"
    " второй вторая второе второго третий третья снова опять может могут"
    " zweiter zweite zweites dritter dritte erneut wieder konnte deuxieme troisieme encore pourrait"
    " andra tredje igen ytterligare kan kunde drugi druga trzeci ponownie znovu moze muze"
    " 再 又 第 或 拟".split()
)
"""Words that, put into a title, make the next event of it, or one that is only expected."""

ENDINGS: Final = frozenset(["", *"s es d ed e en er et ar n t a y i u m em om ie ow ou im ym ych ing".split()])
"""What may stand behind a common beginning of at least 4 Latin letters in two forms of one word, in the languages
of Europe: so ``announced`` is ``announces``, but ``Nigeria`` is not ``Niger`` nor ``Hanson`` ``Hansen``."""

_SMALL: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
NUMBER_WORDS: Final = {
    **{word: float(value) for value, word in enumerate(_SMALL.split(), start=1)},
    **dict(zip("thirty forty fifty sixty seventy eighty ninety".split(), map(float, range(30, 100, 10)), strict=True)),
    **dict(zip("два три четыре пять шесть семь восемь девять десять".split(), map(float, range(2, 11)), strict=True)),
    **dict(zip("tva tre fyra fem".split(), map(float, range(2, 6)), strict=True)),
}
"""Number words that are hardly anything else."""

MAGNITUDES: Final = {
    "k": 1e3, "thousand": 1e3, "тыс": 1e3, "tusen": 1e3, "тысяч": 1e3,
    "m": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "millions": 1e6, "млн": 1e6, "миллион": 1e6, "миллионов": 1e6,
    "miljon": 1e6, "miljoner": 1e6, "millionen": 1e6, "mio": 1e6, "millones": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9, "млрд": 1e9, "миллиардов": 1e9, "miljard": 1e9,
    "miljarder": 1e9, "milliard": 1e9, "milliards": 1e9, "milliarden": 1e9, "mrd": 1e9,
    "tn": 1e12, "trillion": 1e12, "trn": 1e12, "трлн": 1e12,
    "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8,
}  # fmt: skip
"""What a number is multiplied by when one of these stands behind it."""


def _calendar(names: str, *others: str) -> dict[str, str]:
    """Each word to the English one at its place in the first list; a dot holds an empty place."""
    return {
        word: name
        for words in (names, *others)
        for name, word in zip(names.split(), words.split(), strict=True)
        if word != "."
    }


CALENDAR: Final = {
    **_calendar(
        "monday tuesday wednesday thursday friday saturday sunday",
        "mandag tisdag onsdag torsdag fredag lordag sondag",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miercoles jueves viernes sabado domingo",
        "понедельник вторник среда четверг пятница суббота воскресенье",
        "周一 周二 周三 周四 周五 周六 周日",
        "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
        "週一 週二 週三 週四 週五 週六 週日",
    ),
    **_calendar(
        # "may" is another word too: it counts only beside a number, with the short names
        "january february march april . june july august september october november december",
        "januari februari mars . . juni juli augusti . oktober . .",
        "januar februar marz . . . . . . . . dezember",
        "janvier fevrier . avril . juin juillet aout septembre octobre novembre decembre",
        "enero febrero marzo abril . junio julio agosto septiembre octubre noviembre diciembre",
        "января февраля марта апреля . июня июля августа сентября октября ноября декабря",
        "январь февраль март апрель . июнь июль август сентябрь октябрь ноябрь декабрь",
    ),
    **_calendar(
        "morning afternoon evening night tonight midday weekend summer autumn winter",
        "morgon eftermiddag kvall natt ikvall . helg sommar . vinter",
        "matin . soir nuit . midi . . automne hiver",
        "утро . вечер ночь . . . . . .",
        "早间 午后 晚间 夜间 今晚 午间 周末 . . .",
    ),
}
"""Words of the calendar, each to a name common to the languages."""

MONTHS_SHORT: Final = {
    **dict(
        zip(
            "jan feb mar apr may jun jul aug sep sept oct nov dec".split(),
            "january february march april may june july august september september october november december".split(),
            strict=True,
        )
    ),
    **dict.fromkeys(("maj", "mai", "mayo", "мая", "май"), "may"),
}
"""Short names of months, which count only beside a number."""
