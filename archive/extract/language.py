"""The language of a text: what the page declares, checked against the text itself.

Declarations are right on nearly every page, but a template's ``lang="en"`` stays in place when
the paper writes in another language, and some pages declare nothing. The check is small on purpose:
a script that only one language uses, or the commonest little words. It has to tell languages of
newspapers apart in a text of a hundred words and more, which little words do; models that tell
them apart in five words weigh a hundred times what this package does.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

#: So much of a text is looked at, in characters, and so many words it must have.
SAMPLE = 6000
ENOUGH = 25
#: The least share of little words that a language has in a text of its own, …
LEAST = 0.08
#: … how many times those of the declared language they must be to say that it is another, …
TIMES = 2.5
#: … and from which share on the declared language is not doubted.
SURE = 0.12

#: Letters that belong to one language, or to one among those that newspapers are written in.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("lo", re.compile("[\u0e80-\u0eff]")),
    ("my", re.compile("[\u1000-\u109f]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("am", re.compile("[\u1200-\u137f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("pa", re.compile("[\u0a00-\u0a7f]")),
    ("gu", re.compile("[\u0a80-\u0aff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("te", re.compile("[\u0c00-\u0c7f]")),
    ("kn", re.compile("[\u0c80-\u0cff]")),
    ("ml", re.compile("[\u0d00-\u0d7f]")),
    ("si", re.compile("[\u0d80-\u0dff]")),
)
#: A script that is one language's fills at least this share of the letters; kana is rarer.
_FILLS = {"ja": 0.1, "zh": 0.3}
_MOST = 0.5

#: The commonest little words of languages that share their script with others.
_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in a is that for was on with as it by from at his be are has said",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als",
        "fr": "de la le et les des en un une du que est pour dans qui par sur au pas plus ce",
        "es": "de la que el en y los del se las por un para con no una su al lo como más",
        "it": "di che e la il un a per in una non sono del da della le con si dei nel più",
        "pt": "de a que o e do da em um para com não uma os no se na por mais as dos",
        "ca": "de la que i el a en els les per un una amb no del és va dels al més ha",
        "gl": "de a que o e do da en un para con non unha os no se na por máis as dos",
        "ro": "de și în a la cu pe nu care din că o un pentru sunt mai este au fost prin se",
        "nl": "de van het een en in is dat op te voor met zijn die niet aan er om ook als",
        "af": "die van en in het 'n is dat op te vir met sy nie aan om ook wat was sal",
        "sv": "och i att det som en på är av för med till den har inte om ett han var de",
        "da": "og i at det er en til på som af for med den har ikke de der et han var",
        "no": "og i at det er en til på som av for med den har ikke de et han var fra seg",
        "is": "og í að er á sem til það við um var með ekki en af fyrir hann segir ekki því",
        "fi": "ja on ei se että oli hän mutta ovat kun myös joka mukaan jos kuin ole sekä sen",
        "et": "ja on ei et see oli kui ka ning aga mis ta oma kes või selle nii seda pole ole",
        "lv": "un ir ka no ar par uz tas bija kas arī lai pēc gan bet viņš tā nav kā to",
        "lt": "ir kad yra su tai į iš o kaip buvo bet ne jis apie dėl po ar taip pat už",
        "pl": "i w na z się nie do to że jest o jak po co od za przez dla są tym",
        "cs": "a se v na je že s z do to o i k ve pro za by jako jsou podle",
        "sk": "a sa v na je že s z do to o aj k vo pre za by ako sú podľa",
        "sl": "in je v na se za da so z ki pa bi ne tudi po kot od iz sta bil",
        "hr": "i je u na se za da su s od koji a iz te što nije kako ili bi će",
        "hu": "a az és hogy nem is egy ez volt azt csak már még meg de mint szerint ha",
        "sq": "e të në dhe për me që nga një është i ka u se më si do nuk kjo është",
        "tr": "ve bir bu da de için ile olarak çok daha olan gibi ne en kadar sonra o ki ise",
        "az": "və bir bu da də üçün ilə olaraq çox daha olan kimi ki isə edib idi onun sonra",
        "id": "yang dan di dengan untuk dari ini pada tidak itu dalam akan juga oleh ke ada",
        "vi": "và của là có trong được cho các một những với không đã người này khi từ đến",
        "tl": "ang ng sa na mga at ay ni si para ito hindi kay may nang kung siya niya",
        "sw": "na ya wa kwa ni katika za la kuwa hiyo huo alisema watu hayo yake cha vya",
        "xh": "ukuba kwaye kunye le emva oku kodwa ke loo xa uthe into ngoku okanye kwi yi"
        " nge ukuze ngokutsho kule lo apho",
        "zu": "ukuthi futhi kanye le ngemuva kodwa lokhu uma uthe manje noma ngesikhathi kule"
        " lo lapho yena bese",
        "eu": "eta da ez du dute bat izan dela baina ere egin zuen den dira hori da ditu",
        "ga": "an na ar a agus go i is le bhí sé ach tá do ag de nach sin air",
        "cy": "y yn a i o ar mae yr ei am wedi gan eu ac bod fod oedd er hefyd",
        "ru": "и в не на что с по как это за он из от о его к у но для также",
        "uk": "і в не на що з та у про до за як це від його але для він також із",
        "be": "і ў не на што з а у да як гэта за ад яго але для ён таксама пра",
        "bg": "и на в да за се от с не че по е са като до ще които това при",
        "sr": "и је у на се за да су с од који а из те што није како или би ће",
        "mk": "и на во да за се од со не дека по е се како до ќе кои тоа при",
        "kk": "және бұл мен деп үшін бір да де бойынша еді екен ол туралы қазақстан болды",
        "ar": "في من على أن إلى التي عن مع هذا ما كان لا بعد الذي هذه قال ذلك بين",
        "fa": "در و به از که این را با است برای آن یک خود تا بر می شد کرد",
        "ur": "کے میں کی ہے اور سے کا کو نے کہ پر اس ہیں یہ بھی ایک کہا نہیں",
        "ps": "په د او چې ته له کې دا دی یې سره هم نه وي به",
        "hi": "के में की है और से का को ने कि पर इस हैं यह भी एक कहा नहीं",
        "mr": "आणि आहे या व हे तर ते की असे नाही केली होते मध्ये त्या आहेत",
        "ne": "र छ को मा पनि हो गरेको भएको लागि यो छन् गर्न तथा भन्ने",
    }.items()
}
_WORD = re.compile(r"[^\W\d_']+|'n(?=\s)")
#: Codes of ISO 639 that pages use for one language in the other's place, and macrolanguages.
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "bs": "hr", "ms": "id", "fil": "tl"}


def language_of(declared: str | None, text: str) -> str | None:
    """Return the code of a text's language: the declared one, unless the text says another.

    >>> language_of(None, "The mayor of the town said that the bridge was closed. " * 5)
    'en'

    Args:
        declared: two- or three-letter code that the page declares, lower case, or None.
        text: of the article.
    """
    sample = text[:SAMPLE]
    by_script = _by_script(sample)
    if by_script:
        return by_script if declared not in ("yue", "wuu", "yi", "zh", "ja") else declared
    words = [match[0] for match in islice(_WORD.finditer(sample.casefold()), 1000)]
    if len(words) < ENOUGH:
        return declared
    counted = Counter(words)

    def share(language: str) -> float:
        return sum(counted[word] for word in _WORDS[language]) / len(words)

    known = _SAME.get(declared or "", declared or "")
    stated = share(known) if known in _WORDS else 0.0
    if stated >= SURE:
        return declared
    best = max(_WORDS, key=share)
    if share(best) < LEAST or (declared and known not in _WORDS):
        return declared
    return best if share(best) > TIMES * stated or not declared else declared


def _by_script(sample: str) -> str | None:
    letters = sum(map(str.isalpha, sample))
    if not letters or sample.isascii():
        return None
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) > _FILLS.get(language, _MOST) * letters:
            return language
    return None
