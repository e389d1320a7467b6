"""The endings of names in inflected languages: data alone.

A line reads ``kept-dropped : genitive dative accusative instrumental locative vocative``: a base form that ends in
``kept`` and ``dropped`` loses ``dropped`` and takes one of the endings. ``[bd]`` is any one of the letters, ``/`` parts
two endings of one case, ``0`` is no ending, ``.`` no form; ``>4`` asks for a base form of more than four letters. Only
the lines with the longest fitting end count, all of them. The singular stays singular ("Иванов" is not many of "Иван").
Source: the school grammars of these languages; possessive adjectives ("Trumpův") are other words, and are left out.
"""

from __future__ import annotations

from typing import Final

_RUSSIAN: Final = """
[бвгдзклмнпрстфх]- : а у а ом е
[цжчшщ]-           : а у а ем/ом е
[ое]в- [иы]н-      : а у а ым/ом е
-ец                : ца цу ца цом/цем це
-ец                : еца ецу еца ецом/ецем еце
-аец               : айца айцу айца айцем/айцом айце
-лец               : льца льцу льца льцем/льцом льце
-лец               : леца лецу леца лецом/лецем леце
ок- ек-            : а у а ом е
-ок>4              : ка ку ка ком ке
-ек>4              : ка/ька ку/ьку ка/ька ком/ьком ке/ьке
-ел>4              : ла лу ла лом ле
ел-                : а у а ом е
-ень               : ня ню ня нем не
-ень               : еня еню еня енем ене
ен-ь               : и и ь ью и
-ь                 : я ю я ем е
-ь                 : и и ь ью и
[аеиоуэюя]-й       : я ю я ем е
-ий                : ия ию ия ием ии
[кгхжчшщн]-ий      : ого/его ому/ему ого/его/ий им ом/ем
[гчн]-ий           : ия ию ия ием ии
-ый                : ого ому ого/ый ым ом
-ой                : ого ому ого/ой ым/им ом
-ой                : оя ою оя оем ое
[бвдзлмнпрстфц]-а  : ы е у ой/ою е
[гкх]-а            : и е у ой/ою е
ц-а                : ы е у ей/ею е
[жчшщ]-а           : и е у ей/ею/ой е
[ое]в-а [иы]н-а    : ой/ы ой/е у ой/ою ой/е
-я                 : и е ю ей/ею е
-ия                : ии ии ию ией/иею ии
-ая                : ой ой ую ой/ою ой
[жчшщ]-ая          : ей ей ую ей/ею ей
-яя                : ей ей юю ей/ею ей
[бвгдзклмнпрстфх]-о : а у о ом е
[лнр]-е            : я ю е ем е
[жчшщц]-е          : а у е ем е
-ие                : ия ию ие ием ии
-ье                : ья ью ье ьем ье
-ое                : ого ому ое ым/им ом
-ее                : его ему ее им ем
-ые                : ых ым ые/ых ыми ых
[кгхжчшщн]-ие      : их им ие/их ими их
[жнчщ]-ие          : ия ию ие ием ии
-ы>4               : ов/0 ам ы ами ах
-и>4               : ов/ей/0 ам/ям и ами/ями ах/ях
-ии>4              : ий иям ии иями иях
"""

_UKRAINIAN: Final = """
[бвгґдзклмнпрстфхц]- : а/у у/ові а ом/ем і/у/ові е/у
[жчшщ]-            : а/у у/еві а ем/ом і/у/еві е/у
[иії]н-            : а/у у/ові а ом/им і/у/ові е
[оеє]в-            : а у/ові а им/ом і/у/ові е
-ів                : ова/ову ову/ові ова овом/овим ові/ову ове
ів-                : а у/ові а ом/им і/ові е
-ік                : оку/ока оку/окові ік оком оці/оку/окові оку
-ід                : оду/ода оду/одові ід одом оді/оду оде
ік- ід-            : а/у у/ові а ом і/у/ові у/е
-їв                : єва єву єва євом єві єве
-ець               : ця цю/цеві ця цем ці/цю/цеві цю
-ок>4              : ка/ку ку/кові ка ком ку/кові ку
ок-                : а/у у/ові а ом і/у/ові у
-ко                : ка ку/кові ка ком ку/кові/ці ку
-ь                 : я/ю ю/еві я ем і/ю/еві ю
-ь                 : і і ь ю і е
-іль               : оля/олю олю/олеві оля олем олі/олю олю
[аеоуюяє]-й        : я/ю ю/єві я єм ї/ю/єві ю
-ість              : ості ості ість істю ості осте
[бвґдзлмнпрстфц]-а : и і у ою і о
-ка                : ки ці ку кою ці ко
-га                : ги зі гу гою зі го
х-а                : и . у ою . о
[жчшщ]-а           : і і у ею і е
[нкг]-а            : ої ій у ою ій
[оеє]в-а [иії]н-а  : ої/и ій/і у ою ій/і о
ьк-а               : ої ій у ою ій
-я                 : і і ю ею і е
-ія                : ії ії ію ією ії іє
[нтлсджч]-я        : і і ю ею і е
[нтлсджч]-я        : я ю я ям і/ю
[бвгдзлмнпрстфх]-о : а у/ові о ом і/у
[лнр]-е            : я ю е ем і/ю
[жчшщц]-е          : а у е ем і/у
[нк]-е             : ого ому е им ому/ім
-ий                : ого ому ого/ий им ому/ім
-ій                : ього ьому ього/ій ім ьому/ім
-ій                : ія/ію ію/ієві ія ієм ії/ію/ієві ію
-и>4               : ів/0 ам и ами ах
-і>4               : их/ів/0 им/ам/ям і ими/ами/ями их/ах/ях
-ії>4              : ій іям ії іями іях
"""

_BULGARIAN: Final = """
[бвгджзклмнпрстфхцчшщ]- : ът/а
[лнр]-             : ят/я
ст-                : ът/а/та
[аеиоуъюя]-й       : я/ят
-ен                : ният/ния
-ъл                : лият/лия
-ък                : кият/кия
ен- ъл- ък-        : ът/а
-а                 : ата
-я                 : ята
-о                 : ото
-е                 : ето
-и                 : ите/ият/ия
"""

_POLISH: Final = """
[bfmnpsvwxz]-      : a/u owi/u a em ie/u ie
-t                 : ta/tu towi/tu ta tem cie/tu cie
-st                : sta/stu stowi/stu sta stem ście/stu ście
-d                 : da/du dowi/du da dem dzie/du dzie
-r                 : ra/ru rowi/ru ra rem rze/ru rze
-ł                 : ła/łu łowi/łu ła łem le/łu le
[kg]-              : a/u owi/u a iem u u
[hjlcż]- cz- sz- rz- dz- : a/u owi/u a em u u
-ń                 : nia/niu niowi/niu nia niem niu niu
-ć                 : cia/ciu ciowi/ciu cia ciem ciu ciu
-ć                 : ci ci ć cią ci ci
-dź                : dzi dzi dź dzią dzi dzi
-dź                : dzia dziowi dzia dziem dziu dziu
-ódź               : odzi odzi ódź odzią odzi odzi
szcz-              : a/u owi/u a em u u
szcz-              : y y 0 ą y y
-ś                 : sia/siu siowi/siu sia siem siu siu
-ek                : ka/ku kowi/ku ka kiem ku ku
ek-                : a/u owi/u a iem u u
-ec                : ca/cu cowi/cu ca cem cu cze
-iec               : ca/cu cowi/cu ca cem cu cze
-eł                : ła/łu łowi/łu ła łem le le
el-                : a/u owi/u a em u u
-ów                : owa/owu owowi owa owem owie owie
[bfmnpsvwz]-a      : y ie ę ą ie o
-ta                : ty cie tę tą cie to
-sta               : sty ście stę stą ście sto
-da                : dy dzie dę dą dzie do
-ra                : ry rze rę rą rze ro
-ła                : ły le łę łą le ło
-ka                : ki ce kę ką ce ko
-ga                : gi dze gę gą dze go
h-a                : y . ę ą . o
[ljz]-a            : i i ę ą i o
[cż]-a cz-a sz-a rz-a dz-a : y y ę ą y o
-ia                : ii/i ii/i ię ią ii/i io
[sc]k-a            : iej iej ą ą iej
-ska               : ski sce skę ską sce sko
[nrwłt]-a          : ej ej ą ą ej
ni-a               : ej ej ą ą ej
ni-a               : i i ę ą i o
[kg]-a             : iej iej ą ą iej
[bfmnpsvwz]-o      : a u o em ie
-to                : ta tu to tem cie
-do                : da du do dem dzie
-ro                : ra ru ro rem rze
-ło                : ła łu ło łem le
[kg]-o             : a u o iem u
[clj]-o            : a u o em u
-ko                : ki ce kę ką ce ko
-ie                : ia iu ie iem iu
-ie>4              : ii/0 iom ie iami iach
-io                : ia iu io iem iu
ż-e rz-e cz-e sz-e : a u e em u
ż-e cz-e sz-e      : ego emu e ym ym
-ce                : ca cu ce cem cu
[nwrłt]-e          : ego emu e ym ym
[nwrłt]-e          : ych ym e ymi ych
k-ie g-ie          : iego iemu ie im im
k-ie g-ie          : ich im ie imi ich
j-e>4              : i om e ami ach
c-e>4              : 0 om e ami ach
-cy>4              : ków/ców/iec kom/com cy kami/cami kach/cach/czech
-y                 : ego emu ego/y ym ym
-y>4               : ów/0 om y ami ach
[kg]-i             : iego iemu iego/i im im
i-                 : ego emu ego m m
n-i                : iego iemu iego/i im im
[kg]-i>4           : ów/0 om i ami ach
"""

_CZECH: Final = """
[bfpvmwdtn]-       : a/u ovi/u a em ovi/u/ě/e e
[lszxq]-           : a/u ovi/u a em ovi/u/e e
-r                 : ra/ru rovi/ru ra rem rovi/ru/ře ře/re
[khg]- ch-         : a/u ovi/u a em ovi/u u
[cčjřšžďťň]-       : e/ě i/ovi e/ě em i/ovi i
-ek                : ka/ku kovi/ku ka kem kovi/ku ku
ek-                : a/u ovi/u a em ovi/u u
-ec                : ce ci/covi ce cem ci/covi če
ec-                : e i/ovi e em i/ovi i
-el                : la/lu lovi/lu la lem lovi/lu/le le
el-                : a/u/e ovi/u/i a/e em ovi/u/i e/i
[bdfmnptvw]-a      : y ě/e/ovi u ou ě/e/ovi o
[lsz]-a            : y e/ovi u ou e/ovi o
-ra                : ry ře/rovi ru rou ře/rovi ro
-ka                : ky ce/kovi ku kou ce/kovi ko
-ha                : hy ze/hovi hu hou ze/hovi ho
-ga                : gy ze/govi gu gou ze/govi go
ch-a rg-a sh-a     : y ovi u ou ovi o
[cčjšžřďťň]-a      : i/e i/ovi u ou i/ovi o
[bdfghklmnprstvwzčšžř]-á : é é ou ou é
-ia                : ie ii ii/iu ií/iou ii
-e                 : e i i í i
[bcdfghklmnprstvwzčřšž]-e : e i e/i í/em i
[bdfmnptvwlszr]-o  : a u o em ě/e/u
[khgcj]-o          : a u/ovi o/a em u
-eo                : ea eu eo eem/em eu
-um                : a u um em u
um-                : a/u ovi/u a em ovi/u e
sh- th-            : e/a ovi/i e/a em ovi/i
e-                 : ho mu ho em/m m
[iy]-              : ho mu ho m m
-ý                 : ého ému ého/ý ým ém
-í                 : ího ímu ího/í ím ím
[bdfghklmnprstvwz]-é : ého ému é ým ém
[bdfghklmnprstvwz]-é : ých ým é ými ých
-y>4               : ů/0 ům y ami ech/ách
ic-e>4             : 0 ím e emi ích
[lrsdtkzž]-by      : eb bám by bami bách
"""

_SLOVAK: Final = """
[bdfghklmnprstvwxz]- ch- : a/u ovi/u a om ovi/u/e/i e
[cčjšžďťňľ]-       : a/u/e ovi/u/i a om ovi/i/u
-ek -ok            : ka/ku kovi/ku ka kom kovi/ku
ek- ok-            : a/u ovi/u a om ovi/u
-ec                : ca covi/cu ca com covi/ci
-el                : la/lu lovi/lu la lom lovi/li/le
el-                : a/u ovi/u a om ovi/i/e
[bdfghklmnprstvwz]-a ch-a : y e/ovi u ou e/ovi
[cčjšžďťňľ]-a      : e/i i/ovi u ou i/ovi
-ia                : ie ii iu iou ii
[bdfghklmnprstvwzčšž]-á : ej ej ú ou ej
[bcdfghjklmnprstvwxz]-o : a u/ovi o/a om e/u/ovi
[cčjšžlnrt]-e      : a u e om i
-ie                : ia iu ie ím í
-ý                 : ého ému ého/ý ým om
-y                 : eho emu eho ym om
-í                 : ieho iemu ieho/í ím om
[bdfghklmnprstvwz]-é : ého ému é ým om
[bdfghklmnprstvwz]-é : ých ým é ými ých
-y>4               : ov/0 om/ám y mi/ami och/ách
ic-e>4             : 0 iam e ami iach
[lrsdtkzž]-by      : ieb bám by bami bách
"""

_SLOVENIAN: Final = """
[bdfghklmnpqstvwxz]- : a u a om u
[cčjšž]-           : a u a em/om u
r-                 : a/ja u/ju a/ja om/jem u/ju
-ek                : ka ku ka kom ku
-ec                : ca cu ca cem cu
-er                : ra ru ra rom ru
er-                : a/ja u/ju a/ja om/jem u/ju
-el                : la lu la lom lu
-elj               : lja lju lja ljem lju
ek- ec- el-        : a u a om/em u
elj-               : a u a em/om u
-a                 : e i o o i
[sš]k-a            : e i o o i/em
-o                 : a/ega u/emu o om/em/im u/em
-e                 : a u e/a em/om u
-i                 : ega emu ega/i im em
[ieyu]-            : ja/a ju/u ja/a jem/em ju/u
-e>4               : 0 am e ami ah
-e>4               : ih im e imi ih
t-ve               : ev vam ve vami vah
-i>4               : ov/ev om/em e i/mi ih
-i>4               : ih im e imi ih
"""

_CROATIAN: Final = """
[bdfghklmnprstvwxz]- : a u a om u e
[cčćjšžđ]-         : a u a em/om u e/u
-ac                : ca cu ca cem cu če
-ak                : ka ku ka kom ku če
-ar                : ra ru ra rom ru re
ac- ak- ar-        : a u a om/em u e
[bcčćdđfhijlmnprsštvwzž]-a : e i u om/em i o
[bcčćdđfhijlmnprsštvwzž]-a : e oj u om oj
-ka                : ke ci/ki/koj ku kom ci/ki/koj ko
-ga                : ge zi/gi/goj gu gom zi/gi/goj go
-o                 : a/og/oga u/om/omu o om/im u/om
-e                 : a/eg/ega u/em/emu e em/im u/em
-i                 : og/oga/eg/ega om/omu/em/emu og/oga/eg/ega/i im om/em
[iyu]-             : ja ju ja jem ju
-i>4               : a ima e ima ima
-e>4               : a/ih ama/im e ama/im ama/im
"""


_SERBIAN: Final = _CROATIAN.translate(
    str.maketrans("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж", "qwxy")
)

ENDINGS: Final = {
    "ru": _RUSSIAN, "uk": _UKRAINIAN, "bg": _BULGARIAN, "sr": _SERBIAN,
    "pl": _POLISH, "cs": _CZECH, "sk": _SLOVAK, "sl": _SLOVENIAN, "hr": _CROATIAN,
}  # fmt: skip
"""The endings by language; ``sr`` is written in Cyrillic, in Latin letters it reads as ``hr``."""

IRREGULAR: Final = {
    "ru": {"лев": "льва льву льва львом льве"},
    "uk": {"лев": "лева/льва леву/льву/левові лева/льва левом/львом леві/льві леве"},
    "pl": {"łódź": "łodzi łodzi łódź łodzią łodzi łodzi"},
}
"""Base forms of another stem than their cases, with these in whole words; the lines of the tables hold beside them."""
