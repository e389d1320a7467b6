"""Which codes name a language, and which code is meant where a name or a country's code was written."""

from __future__ import annotations

import difflib
import re
from typing import Final

_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")

_TWO: Final = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
    " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv"
    " ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne"
    " ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss"
    " st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
"""ISO 639-1."""
_THREE: Final = frozenset(
    "ace ach ada ady aeb agq ain akz ale aln alt anp arn aro arp arq ars arw ary arz asa ase ast atj awa bal ban bar"
    " bas bax bbc bbj bej bem bew bez bfd bgc bgn bho bik bin bjn bkm bla blo blt bpy bqi bra brh brx bss bua bug bum"
    " byn byv cad car cay cch ccp ceb cgg chk chm chn cho chp chr chy cic ckb clc cps crg crh crj crk crl crm crr csb"
    " csw dak dar dav del den dgr din dje doi dsb dtp dua dyo dyu dzg ebu efi eka esu ewo ext fan fat fil fit fon frc"
    " frp frr frs fur gaa gag gan gay gba gbz gez gil glk gom gon gor grb gsw guc gur guz gwi hai hak haw hax hif hil"
    " hmn hnj hsb hsn hup hur iba ibb ikt ilo inh izh jam jbo jgo jmc jpr jrb jut kaa kab kac kaj kam kbd kbl kcg kde"
    " kea ken kgp kha khq khw kiu kkj kln kmb koi kok kos kpe krc kri krj krl kru ksb ksf ksh kum kut kwk kxv lad lag"
    " lah lam lez lij lil liv lkt lmo lol lou loz lrc lsm ltg lua lui lun luo lus luy lzz mad maf mag mai mak man mas"
    " mde mdf mdr men mer mfe mgh mgo mic min mni moe moh mos mrj mua mus mwl mwr mwv mye myv mzn nan nap naq nds new"
    " nia niu njo nmg nnh nog nqo nso nus nwc nym nyn nyo nzi ojb ojc ojs ojw oka osa pag pam pap pau pcd pcm pdc pdt"
    " pfl pis pms pnb pnt pon pqm prs quc qug raj rap rar rgn rhg rif rof rom rtm rue rug rup rwk sad sah saq sas sat"
    " saz sba sbp scn sco sdc sdh see seh sei sel ses sgs shi shn shu sid sli sly sma smj smn sms snk srn srr ssy stq"
    " str suk sus swb syr szl tce tcy tem teo ter tet tgx tht tig tiv tkl tkr tli tly tmh tog tpi tru trv trw tsd tsi"
    " ttm ttt tum tvl twq tyv tzm udm umb vai vec vep vls vmf vmw vot vro vun wae wal war was wbp wuu xal xmf xnr xog"
    " yao yap yav ybb yrl yue zap zea zgh zun zza".split()
)
"""Living languages that have no code of two letters (ISO 639-3, as far as CLDR 48 names them, and a few more)."""

_MEANT: Final = {
    name: code
    for code, names in {
        "ar": "arabic arabisch arabe ara", "bg": "bulgarian", "bn": "bengali bangla", "cs": "czech cz ces cze",
        "da": "danish dk dan", "de": "german deutsch ger deu allemand", "el": "greek gr gre ell",
        "en": "english eng englisch anglais us gb usa", "es": "spanish spa espanol español castellano mx",
        "et": "estonian", "fa": "persian farsi ir fas per", "fi": "finnish fin",
        "fr": "french fra fre francais français",
        "he": "hebrew iw heb il", "hi": "hindi hin", "hu": "hungarian hun", "hy": "armenian", "id": "indonesian ind",
        "it": "italian ita italiano", "ja": "japanese jp jpn 日本語", "ka": "georgian", "kk": "kazakh kz",
        "km": "khmer", "ko": "korean kor 한국어", "lo": "lao laotian", "lt": "lithuanian", "lv": "latvian",
        "my": "burmese mm mya", "nl": "dutch nld dut", "no": "norwegian nor", "pl": "polish pol",
        "pt": "portuguese por português", "ro": "romanian ron rum", "ru": "russian rus русский",
        "sk": "slovak slo", "sl": "slovenian slv", "sr": "serbian rs srp", "sv": "swedish swe svenska",
        "th": "thai tha", "tr": "turkish tur", "uk": "ukrainian ua ukr", "ur": "urdu", "uz": "uzbek",
        "vi": "vietnamese vn vie", "yi": "yiddish ji",
        "zh": "chinese mandarin cn chi zho hk 中文 汉语 漢語 simplified traditional",
    }.items()
    for name in names.split()
}  # fmt: skip


def base_language(code: str | None) -> str | None:
    """``zh`` of ``zh-Hant``, by which languages are compared; None for none, and where it says that nobody knows."""
    base = (code or "").strip().lower().replace("_", "-").partition("-")[0]
    return None if base in ("", "und", "mul", "zxx", "x", "i") else base


def language_code(text: str) -> str | None:
    """The code in lower case (``zh``, ``zh-tw``, ``yue``), as entries carry it; None where it names no language."""
    code = text.strip().lower().replace("_", "-")
    if _TAG.fullmatch(code) and code.partition("-")[0] in _TWO | _THREE:
        return code
    return None


def language_name(code: str | None) -> str | None:
    """``Swedish`` for ``sv`` and ``sv-FI``; None for a language that has no name here."""
    base = base_language(code)
    return next((name.capitalize() for name, named in _MEANT.items() if named == base), None)


def code_meant(text: str) -> str | None:
    """The code of the language whose name, other code or country stands there instead; None where none is near."""
    word = text.strip().casefold()
    if word in _MEANT:
        return _MEANT[word]
    close = difflib.get_close_matches(word[:40], _MEANT, n=1, cutoff=0.8)
    return _MEANT[close[0]] if close else None
