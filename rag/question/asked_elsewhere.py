"""What thing a question in another language than English asks for, and whether a sentence gives one (pure).

The kinds of ``asked_thing``, told by the words that questions begin with, in French, German, Italian, Portuguese and Spanish. Of
questions in other languages nothing is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.query_types import AskedThing


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a language that matter here, lower case.

    Attributes:
        asks: a pattern for each thing asked for, tried in this order.
        numbers: number words; figures are numbers in every language.
        times: months, weekdays, seasons and the like.
    """

    asks: dict[AskedThing, re.Pattern[str]]
    numbers: frozenset[str]
    times: frozenset[str]


def _words(number: str, time: str, name: str, *, numbers: str, times: str) -> _Words:
    patterns: dict[AskedThing, str] = {"number": number, "time": time, "name": name}
    asks = {thing: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for thing, pattern in patterns.items()}
    return _Words(asks, frozenset(numbers.split()), frozenset(times.split()))


_LANGUAGES = {
    "de": _words(
        r"wie (?:viele?n?|hoch|lange?|alt|groß|oft|teuer|weit|schwer|tief|schnell)"
        r"|welche[rs]? (?:anteil|betrag|preis|summe|zahl)",
        r"wann|in welche[mr] (?:jahr|monat|woche)|an welchem tag|seit wann",
        r"w(?:er|em|en|essen)|wo|woher|wohin|wie hei(?:ßt|ßen)|wie hieß(?:en)?",
        numbers="zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig hundert tausend million millionen milliarde "
        "milliarden hälfte drittel viertel zehntel dutzend doppelt",
        times="januar februar märz april mai juni juli august september oktober november dezember montag dienstag mittwoch "
        "donnerstag freitag samstag sonntag frühjahr frühling sommer herbst winter gestern heute morgen woche monat jahr",
    ),
    "es": _words(
        r"cuánt[oa]s?|qué (?:edad|precio|cantidad|porcentaje|suma|proporción|parte|número)",
        r"cuándo|(?:en )?qué (?:día|mes|año|fecha)",
        r"quién(?:es)?|cómo se llaman?|dónde",
        numbers="dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte cien ciento mil millón millones mitad "
        "tercio cuarto doble",
        times="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles "
        "jueves viernes sábado domingo primavera verano otoño invierno ayer hoy mañana semana mes año",
    ),
    "fr": _words(
        r"combien|quel(?:le)?s? (?:âge|prix|somme|montant|part|nombre|taux|pourcentage|proportion)",
        r"quand|(?:en )?quel(?:le)? (?:jour|mois|année|date)",
        r"qui|où|comment s['’]appel(?:le|lent|ait|aient)",
        numbers="deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente cent mille million millions milliard "
        "milliards moitié tiers quart dizaine centaine double",
        times="janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi "
        "vendredi samedi dimanche printemps été automne hiver hier demain semaine mois année",
    ),
    "it": _words(
        r"quant[oaie]|(?:che|quale) (?:età|prezzo|percentuale|somma|quota|numero)",
        r"quando|(?:in )?(?:che|quale) (?:giorno|mese|anno|data)",
        r"chi|dove|come si chiama(?:no)?",
        numbers="due tre quattro cinque sei sette otto nove dieci undici dodici quindici venti cento mila mille milione milioni "
        "miliardo miliardi metà terzo quarto quinto doppio",
        times="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì martedì "
        "mercoledì giovedì venerdì sabato domenica primavera estate autunno inverno ieri oggi domani settimana mese anno",
    ),
    "pt": _words(
        r"quant[oa]s?|(?:que|qual) (?:[ao] )?(?:idade|preço|percentagem|porcentagem|valor|soma|número|quantia)",
        r"quando|(?:em )?(?:que|qual) (?:[ao] )?(?:dia|mês|ano|data)",
        r"quem|onde|como se chamam?",
        numbers="dois duas três quatro cinco seis sete oito nove dez onze doze quinze vinte cem cento mil milhão milhões metade "
        "terço quarto dobro",
        times="janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda-feira terça-feira "
        "quarta-feira quinta-feira sexta-feira sábado domingo primavera verão outono inverno ontem hoje amanhã semana mês ano",
    ),
}
_TOKEN = re.compile(r"\d[\d.,]*|[^\W\d_]+(?:-[^\W\d_]+)*")
# In German every noun has a capital: two of them side by side are a name, one alone says nothing.
_TWO_CAPITALS = re.compile(r"\b[A-ZÄÖÜ][\w-]+ (?=[A-ZÄÖÜ])")


def asked_thing_in(language: str, question: str) -> AskedThing | None:
    """Return what a question asks for, or None where that cannot be told or the language is not known here."""
    words = _LANGUAGES.get(language)
    if words is None:
        return None
    return next((thing for thing, asks in words.asks.items() if asks.search(question)), None)


def gives_thing_in(language: str, thing: AskedThing, question: str, sentence: str) -> bool:
    """Return whether a sentence gives something of a kind that does not stand in the question already.

    Raises:
        KeyError: nothing is known of the language here.
    """
    if thing == "name":
        return bool(_names(language, sentence) - {token.casefold() for token in _TOKEN.findall(question)})
    known = _LANGUAGES[language].numbers if thing == "number" else _LANGUAGES[language].times
    return bool(_given(known, sentence) - _given(known, question))


def _given(known: frozenset[str], text: str) -> set[str]:
    tokens = (token.rstrip(".,") for token in _TOKEN.findall(text.casefold()))
    return {token for token in tokens if token[:1].isdigit() or token in known}


def _names(language: str, sentence: str) -> set[str]:
    """Return the words with a capital, lower case, but for the first, which always has one."""
    if language == "de":
        return {match.group().strip().casefold() for match in _TWO_CAPITALS.finditer(sentence)}
    return {token.casefold() for token in _TOKEN.findall(sentence)[1:] if token[0].isupper()}
