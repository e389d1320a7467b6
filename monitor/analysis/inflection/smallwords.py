"""The small words and letters that languages are known by: data alone, for :mod:`monitor.analysis.inflection.guess`."""

from __future__ import annotations

from typing import Final

SLAVIC_WORDS: Final = {
    "pl": "w i z na sie do nie ze to jest o za od po przez jak dla oraz ktory ktore byl przed",
    "cs": "a v na se ze je s do o za by z ktery ktera pro podle jsou jako po i to k uvedl",
    "sk": "a v na sa ze je s do o za z ktory ktora pre podla su ako po aj by to uz od",
    "sl": "in je v na za se so da ki z po tudi s pa bi ne pri kot iz od o bo",
    "hr": "i u je na se da su za od s iz koji koja koje sto o kako ali nije bi ce do",
}
"""Frequent small words of Slavic languages in Latin letters, in canonical form."""

SLAVIC_MORE: Final = """
nad pod przy bez co czy tym tej ich jego jej juz tylko ale bo gdy gdzie ktora ktorzy moze beda bedzie bylo byla sa
chce mozna wsrod miedzy przeciw przeciwko wobec dzis rok roku lat czego kto tego teraz znow dlaczego polski polska
polsce polskie rzad rzadu sejm prezydent prezydenta premiera wybory wyborach wojna wojny zycie ludzi zmarl ministra
jen jeho jeji jejich bude budou byl byt ma uz jsem jste az kdyz kdo proc proti mezi nebo dnes pri pred
muze nove novy nova vlada vlady vlade vladu policie strana lide lidi let letech prezidenta valka valky valce rekl
bola bolo bol boli budu medzi alebo preco ked pocas voci ludi ludia rokov vojna vojny poslanci
ni bodo bil bila bilo ker kaj zakaj lahko tudi ali med ob zaradi vec letos leta novi
predsednik predsednika predsednice volitve volitvah vojni sporazum
nije nisu biti bio zbog protiv kod kroz nakon prije kad kada gdje tko ko sta koliko samo
jos sve svi godine godina ljudi predsjednik predsjednika ministar izbori izbora rata
"""
"""Other frequent words of headlines in these languages: each says Slavic, but not which."""

OTHER_WORDS: Final = {
    "en": (
        "the of and to in is that for on with was as by at from it be are has have this not his he a an i v do so "
        "pod after over new says what how why who will its their her first us out up more than could but about you "
        "your into off amid against may can no pro ministers war now all or if just when let co pa bo ma did me lot "
        "nova bez ali bud"
    ),
    "de": (
        "der die und den das von zu mit ist im des auf fur nicht ein eine dem sich auch als nach in am an so nie "
        "bei aus vor wie was war um wird es er sie hat uber gegen"
    ),
    "nl": (
        "de het een van en dat is op te voor met niet zijn door aan ook bij naar wordt in na ze je u om uit als nog "
        "bo zo over maar wat hoe nu meer tot tegen"
    ),
    "sv": (
        "och att det som en pa ar av for med den till inte har om ett fran var i sa nu vi kan efter hos mot under "
        "hon han ska blir far vid nya ut mer upp bo kod bil krav man pro da de fn"
    ),
    "da": (
        "og at det er en til af pa for med der som den ikke har var fra et i om nu vi kan efter mod hun han sa skal "
        "bo bil da ved ud"
    ),
    "no": (
        "og det er en til av pa for med som den ikke har var fra et at i om na vi kan etter mot hun han sa skal bo "
        "bil da ved ut"
    ),
    "fr": (
        "le la les des et du un une est dans pour que qui sur par au pas en de a y se ne je ce son sa ses on plus "
        "avec ou il aux pro bien"
    ),
    "es": (
        "el la los las y del que en un una por con para es su se de a o al lo no ya como mas tras sin sobre e ni da "
        "pro dos gobierno"
    ),
    "pt": "o os da do em um uma nao para com que por se na no as de a e ao dos das mais nas nos sem apos ou sobre sao",
    "it": (
        "il di che la per un una non sono con del della gli nel e le si a in da al i o su ma se ne ci dei alla lo "
        "ha dopo piu come chi nella bo so za"
    ),
    "ro": "si in de la cu pe din care este nu un o sa au fost a ca ce mai al ai pentru dupa va se fi iar ne bani lui",
    "fi": "ja on ei etta oli se han myos ovat mukaan ne sa kun jo nyt voi oma suomen kuin tai",
    "hu": "a az es hogy nem is egy meg szerint volt ki be de ha ma sem ne se sa lesz mar csak nincs",
    "tr": "ve bir bu icin de da ile olarak oldugu daha ne o ya ki en son mi ama var yok gibi",
    "et": "ja on ei et ka ta see oma kui mis ning eesti ole oli aga voi",
    "lv": "un ir no ar par uz ka pie lai kas ne tas gada vai pec bet",
    "lt": "ir su i is kad bet tai kaip nuo po del ne o yra per uz apie jau lietuvos ar buvo kas",
    "sq": "ne te dhe per nje me se i e nga ka u do po nuk qe si pas ky eshte",
    "id": "di yang dan ini untuk dengan dari pada ke akan tak ada tidak itu bisa jadi saat",
    "tl": "na sa ang ng mga at ay ni si ito kay para ko ka pa",
    "sw": "na ya wa kwa ni za katika la cha kuwa hii hiyo ili",
    "af": "nie na die het van en om te op is in n wat se vir met sy hy aan dat ook",
    "ca": "a i el la els de del que amb per en un una es ha al les no se",
    "vi": "va la cua co cho trong voi khong nguoi o tai den nam bi",
}
"""Frequent small words of other languages in Latin letters: so these are told apart."""

SLAVIC_LETTERS: Final = {"pl": "łąęśźńż", "cs": "řěů", "sk": "ľĺŕ", "hr": "đ", "": "ćčšžťďňý"}
"""Letters of Slavic languages that the great languages of western Europe lack; the last ones are of several."""
OTHER_LETTERS: Final = "åäöøæßüñçãõêèàâîùœëïįųūėāēīģķļņőűğışșțăðþ"
"""Letters that Slavic languages hardly have."""

CYRILLIC_WORDS: Final = {
    "ru": "и в не на что с по как это к из у за от о его для но",
    "uk": "і в та що на не з у до за від про як це й для його щодо",
    "bg": "на и да се за от в с че е не по са ще като до със който при това",
    "sr": "и је у на се да су за од с из који која што о ће није као",
    "mk": "на и во да се за од со дека е не ќе",
    "be": "і ў на што з у не да па як",
}
CYRILLIC_LETTERS: Final = {"uk": "їєґ", "sr": "јљњћђџ", "mk": "ѓќѕ", "be": "ў", "kk": "қғңәөүұһ", "ru": "ыэ"}
"""Letters that only this language has, the rarer alphabets first; Belarusian has ``ы`` and ``э`` too, but ``і`` as
well."""
