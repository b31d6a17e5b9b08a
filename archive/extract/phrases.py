"""What pages say that stand in for an article, in the languages of the papers that are archived.

Each phrase is a regular expression; case does not matter. Add yours, and a page to the tests.
"""

from __future__ import annotations

import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


def _begins(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{'|'.join(phrases)})", re.IGNORECASE)


#: What a title says when there is no such page.
NOT_FOUND = _any(
    r"\b(?:error|ошибка|помилка|fehler|erreur)\W{0,3}404\b",
    r"^\W*404(?:\s{0,3}$|\s{0,3}[^\w\s]|\s+(?:not|page|error|ошибка|страниц|seite))",
    r"\b(?:page|story|article|content|url|document|file)\b.{0,30}\b(?:not found"
    r"|(?:can ?no|could ?n.?|can.?)t be found|does ?n.?t exist|does not exist"
    r"|no longer (?:available|exists))",
    r"\bwe (?:can.?t|couldn.?t|could not|cannot|can not) find\b",
    # A headline may say that somebody was not found.
    r"^\W*(?:not|nothing(?: was)?) found\b",
    r"[|:–—-] ?not found\W*$",
    r"страниц\w+ не (?:найден|существует)",
    r"страниц\w+ (?:удален|больше не)",
    r"^\W*(?:ничего )?не найдено?\b",
    r"\b(?:материал|документ|стать[яи]|новость|публикация|запись|раздел|адрес)"
    r" не (?:найден|существует)",
    r"сторінк\w+ не (?:знайден|існує)",
    r"seite (?:wurde )?nicht gefunden",
    r"page (?:introuvable|non trouvée)",
    r"página no encontrada",
    r"página não encontrada",
    r"pagina non trovata",
    r"pagina niet gevonden",
    r"strona nie (?:została )?(?:znaleziona|istnieje)",
    r"sayfa bulunamadı",
)

#: What the title of a page says that asks for a proof of being human, …
CAPTCHA_TITLE = _begins(
    r".*\bcaptcha\b",
    r"капча",
    r"are you (?:a )?(?:human|robot)",
    r"robot check",
    r"human verification",
    r"security (?:check|verification)\W*(?:$|[|–—-])",
    r"bot (?:check|verification)",
    r"one more step\W*$",
    r"checking your browser",
    r"verifying you are human",
    r"please (?:wait|verify)",
    r"pardon our interruption",
    r"client challenge",
    r"access to this page has been denied",
    r"browser check",
    r"(?:un momento|un instant|einen moment(?:,? bitte)?|один момент)\W*$",
    r"вы не робот",
    r"я не робот",
    r"ой!$",
    r"проверка (?:браузера|безопасности|на робота|,? что вы)",
    r"подтвердите, что",
    r"доступ ограничен: проверка",
    r"перевірка (?:браузера|безпеки)",
)

#: … and what its text says.
CAPTCHA_TEXT = _any(
    r"(?:verify|confirm|prove|check(?:ing)?) (?:that |if )?you(?:['’]| a)re (?:a |not a )?"
    r"(?:human|robot)",
    r"checking (?:if the site connection is secure|your browser)",
    r"enable (?:javascript|js) and (?:cookies|disable any ad blocker)",
    r"unusual (?:traffic|activity) from your",
    r"complete the (?:security check|captcha)",
    r"(?:введите|решите|пройдите) (?:капчу|символы с картинки|проверку)",
    r"подтвердите, что (?:вы|запросы).{0,40}(?:не робот|человек|отправляли вы)",
    r"(?:вы|я) не робот",
    r"проверя\w+ ваш браузер",
    r"идёт проверка браузера",
    r"ви не робот",
    r"bestätigen sie, dass sie (?:kein roboter|ein mensch)",
    r"vous (?:n.)?êtes (?:pas )?un (?:robot|humain)",
    r"no eres un robot",
    r"nie jesteś robotem",
)

#: What the title of a page says that keeps a visitor out, …
BLOCK_TITLE = _begins(
    r"(?:error |http )?(?:403|429|451)"
    r"(?:\s{0,3}$|\s{0,3}[^\w\s]|\s+(?:error|forbidden|access|too|un))",
    r"access (?:denied|forbidden|blocked)\b",
    r"forbidden\W*$",
    r"request (?:blocked|rejected|unsuccessful)\W*$",
    r"blocked\W*$",
    r"too many requests\W*$",
    r"(?:sorry, )?you have been blocked\b",
    r"not available in your (?:country|region)\W*$",
    r"unavailable (?:for legal reasons|in your)\b",
    r"доступ (?:запрещ[её]н|ограничен|заблокирован)",
    r"ваш ip.{0,40}заблокирован",
    r"вы заблокированы",
    r"слишком много запросов",
    r"доступ до .{0,30}заборонено",
    r"zugriff verweigert",
    r"accès (?:refusé|interdit)",
    r"acceso denegado",
    r"accesso negato",
)

#: … and what its text says.
BLOCK_TEXT = _any(
    r"\byou(?:r (?:ip|access|request))?\b.{0,60}(?:ha(?:s|ve) been|was|is|are) (?:blocked|denied)",
    r"not available (?:in|from) your (?:country|region|location)",
    r"in your (?:country|region) due to",
    r"unavailable in most european countries",
    r"recognize you are attempting to access this website from a country belonging to the european",
    r"the requested url was rejected",
    r"you don.t have permission to access",
    r"доступ .{0,60}(?:запрещ[её]н|ограничен|заблокирован)",
    r"ваш ip.{0,40}(?:заблокирован|в ч[её]рном)",
    r"недоступ\w+ в ваше[йм] (?:стране|регионе)",
)

#: What the title of a page says that wants consent first, …
CONSENT_TITLE = _begins(
    r"before you continue",
    r"your privacy",
    r"we value your privacy",
    r"privacy (?:gate|settings|wall|choices|preferences)",
    r"cookie (?:wall|consent|settings|policy)",
    r"cookies?\W*$",
    r"consent\b",
    r"dpg media privacy",
    r"ihre privatsphäre",
    r"datenschutz",
    r"privatsphäre",
    r"votre vie privée",
    r"gestion des cookies",
    r"согласие",
    r"использование cookie",
    r"настройки конфиденциальности",
)

#: … and what its text and its buttons say.
CONSENT_TEXT = _any(
    r"we (?:value|care about|respect) your privacy",
    r"before you continue",
    r"(?:accept|agree to|allow|reject) (?:all )?(?:the )?(?:use of )?cookies",
    r"accept all\b",
    r"we and our (?:\d[\d,.]* )?(?:partners|vendors)",
    r"store and/or access information on a device",
    r"manage (?:your )?(?:privacy|cookie|consent)",
    r"(?:continue|read|browse) with(?:out)? (?:ads|advertising|cookies)",
    r"(?:мы|сайт) использу\w+ (?:файлы )?(?:cookie|куки)",
    r"принять все",
    r"согласие на обработку",
    r"прийняти всі",
    r"alle akzeptieren",
    r"zustimmen und weiter",
    r"mit werbung (?:weiter)?lesen",
    r"wir (?:verarbeiten|benötigen).{0,40}(?:daten|zustimmung)",
    r"tout accepter",
    r"accepter et (?:continuer|fermer)",
    r"nos (?:\d+ )?partenaires",
    r"aceptar (?:todo|y continuar)",
    r"accetta (?:tutto|e continua)",
    r"alles accepteren",
    r"przejdź do serwisu",
)

#: What the title of a page says that wants a reader to log in.
LOGIN_TITLE = _begins(
    r"log ?in",
    r"sign ?in",
    r"please (?:log|sign) ?in",
    r"login required",
    r"create (?:a free )?account",
    r"register\W",
    r"вход\b",
    r"войти",
    r"авторизация",
    r"войдите",
    r"регистрация",
    r"увійти",
    r"вхід",
    r"anmelden",
    r"anmeldung",
    r"login\b",
    r"connexion",
    r"se connecter",
    r"iniciar sesión",
    r"accedi",
    r"inloggen",
    r"zaloguj",
)

#: What stands below the beginning of an article that has to be paid for.
PAYWALL = _any(
    r"(?:subscribe|sign up|register|become a (?:member|subscriber)|join) (?:now |today )?to"
    r" (?:continue|keep|read|unlock|access|get (?:full|unlimited))",
    r"to (?:(?:continue|keep) reading|read (?:the (?:full|rest)|this)).{0,60}(?:subscri|sign|log)",
    r"(?:this|the rest of this|full) (?:article|story|content|post) is (?:only )?(?:available )?"
    r"(?:for|to|only|reserved|exclusive).{0,40}(?:subscribers|members)",
    r"already (?:a subscriber|have a subscription)\?",
    r"you(?:'|’)?ve (?:reached|read) your.{0,40}(?:limit|free articles)",
    r"subscriber[- ]only (?:content|article)",
    r"(?:чтобы|для того,? чтобы) (?:читать|прочитать|продолжить).{0,60}(?:подпис|оформ|войд|зарег)",
    r"(?:материал|статья|текст|верси\w+) (?:доступ\w+|только) (?:только )?(?:для |по )?подпис",
    r"оформите подписку",
    r"щоб (?:читати|прочитати) далі",
    r"(?:weiterlesen|jetzt lesen) mit",
    r"lesen sie mit .{0,20}(?:plus|\+)",
    r"(?:la suite|cet article) (?:est )?(?:réservée?|exclusivement)",
    r"(?:contenido|artículo) (?:exclusivo|solo) para",
    r"abonnez-vous pour",
    r"suscríbete para",
    r"abbonati per",
)
