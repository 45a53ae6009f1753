"""The searched term of a French word: its number, gender and conjugation are taken off, its family is not.

Rules on folded words, judged by a lexicon: `vitraux` is `vitrail`, `agressive` is `agressif`, `BLESSEE` is `blesse` as
`blessé` and `blesser` are, and `agression` stays a word of its own. See docs/decisions/2026-french-terms.md.
"""

from __future__ import annotations

from functools import cache

from quietude.search.folded import listed
from quietude.search.lexicon import Lexicon, load_lexicon

FRENCH_STOP_WORDS = listed(
    "au aux ce ces cet cette dans de des du elle elles en et il ils je la le les me mes nous on ou par pour qu que "
    "qui se ses sur te tes un une vous"
)
"""Words of grammar in nearly every text: neither filed nor asked for. `pas`, `sans`, `est` and `a` tell something."""

SHORTEST = 3  # letters; what is shorter has no ending to lose
SHORTEST_VERB = 6  # letters of a verb that the lexicon does not have; shorter words in -er are names or borrowed
OF_A_VERB = ("ez", "e", "ant", "ee", "ees", "ent", "ait")
"""Endings that show a word in -er to be a verb: danger, hiver and cahier have none of them."""
IRREGULAR = {
    "actrice": "acteur",
    "aieux": "aieul",
    "baux": "bail",
    "basse": "bas",
    "cieux": "ciel",
    "coraux": "corail",
    "emaux": "email",
    "epaisse": "epais",
    "esquive": "esquive",
    "fausse": "faux",
    "grasse": "gras",
    "grosse": "gros",
    "maux": "mal",
    "messieurs": "monsieur",
    "mesdames": "madame",
    "oeils": "oeil",
    "mise": "mettre",
    "motive": "motive",
    "prise": "prendre",
    "reprise": "reprendre",
    "rousse": "roux",
    "suivi": "suivre",
    "vantaux": "vantail",
    "vu": "voir",
    "yeux": "oeil",
}
"""Plurals and feminines that no rule finds."""
INVARIANT = listed(
    "chaux cours epars faux frais fils gens lis mars mois mis os pis pris pus soins taux sens bas jus gros las"
)
"""Words that look like a plural of another word, and are none."""
NOUNS_IN_EE = listed(
    "allee annee araignee assemblee bouee buee chaussee cheminee corvee cuilleree denree destinee dictee donnee duree "
    "epee fee fumee fusee gorgee idee journee livree lycee maree matinee mosquee musee nausee orchidee poignee "
    "portee randonnee rangee risee soiree tournee tranchee traversee trophee vallee velopee"
)
"""Nouns that look like the feminine of a participle, and are none."""
ADJECTIVES = listed(
    "absent apparent bavard clandestin compact complet content continu cousin defunt diffus egal faineant fecond "
    "frequent gourmand impatient inegal infect innocent inquiet joint lourd marchand mecontent niais patient "
    "permanent plaisant present suspect violent voisin"
)
"""Adjectives whose feminine is also a form of a verb (présente, suspecte): the verb is filed with them."""
NOUNS_IN_IE = listed("ortie partie vie")
"""Nouns that look like the feminine of a participle in -i, and are none."""
FEMININES = (
    ("euse", "eux", 5),
    ("euse", "eur", 5),
    ("trice", "teur", 8),
    ("ive", "if", 5),
    ("iere", "ier", 7),
    ("ere", "er", 7),
    ("enne", "en", 6),
    ("elle", "el", 7),
    ("ante", "ant", 7),
    ("ente", "ent", 7),
    ("aine", "ain", 8),
    ("ale", "al", 7),
    ("oise", "ois", 6),
    ("aise", "ais", 6),
    ("eure", "eur", 7),
    ("onne", "on", 8),
)
"""Ending, its masculine, and the letters that a word has at least: shorter ones are too often other words."""
STRONG_FEMININES = tuple(rule for rule in FEMININES if rule[0] == "ive")
"""Those that are the feminine even where a verb has the same form: active."""


@cache
def _lexicon() -> Lexicon:
    return load_lexicon("fr")


def is_french(word: str) -> bool:
    """Tell whether a folded word of six letters or more is in the lexicon."""
    return len(word) > 5 and word in _lexicon()


def french_term(word: str) -> str:
    """Return the searched term of a folded word; numbers, codes and words of less than three letters are their own."""
    if len(word) < SHORTEST or not word.isalpha():
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    lexicon = _lexicon()
    singular = _singular(word, lexicon)
    term = IRREGULAR.get(singular) or _conjugated(_masculine(singular, lexicon), lexicon)
    return term[:-1] if term[:-1] in ADJECTIVES and term.endswith("e") else term


def _singular(word: str, lexicon: Lexicon) -> str:
    if word in INVARIANT:
        return word
    if word.endswith("x"):
        return _singular_in_x(word, lexicon)
    if not word.endswith("s") or word.endswith("ss") or len(word) <= SHORTEST:
        return word
    base = word[:-1]
    if word not in lexicon:
        return base
    if base in lexicon and (not lexicon.is_form_of(word, word) or lexicon.is_form_of(base, base)):
        return base
    return word


def _singular_in_x(word: str, lexicon: Lexicon) -> str:
    base = word[:-1]
    if not word.endswith("aux"):
        return base if word.endswith(("eux", "oux")) and base in lexicon else word
    if word.endswith("eaux"):
        return base
    for singular in (f"{word[:-3]}al", f"{word[:-3]}ail", base):
        if lexicon.is_form_of(singular, singular):
            return singular
    return f"{word[:-3]}al"


def _masculine(word: str, lexicon: Lexicon) -> str:
    if not word.endswith("e"):
        return word
    if word.endswith("ee"):
        is_noun = word in NOUNS_IN_EE or (word in lexicon and word[:-1] not in lexicon)
        return word if is_noun else word[:-1]
    if word[:-1] in ADJECTIVES:
        return word[:-1]
    rules = STRONG_FEMININES if _is_er_verb(f"{word}r", lexicon) else FEMININES
    candidates = [
        word[: -len(ending)] + masculine
        for ending, masculine, letters in rules
        if word.endswith(ending) and len(word) >= letters
    ]
    known = [word for word in candidates if lexicon.is_form_of(word, word) and not _is_er_verb(word, lexicon)]
    if known:
        return next((candidate for candidate in known if lexicon.is_form_of(word, candidate)), known[0])
    return _without_e(word, lexicon)


def _without_e(word: str, lexicon: Lexicon) -> str:
    """Return the masculine of a word whose feminine adds an e and perhaps a consonant; the word where it is none."""
    if any(_is_er_verb(lemma, lexicon) for lemma in (*lexicon.lemmas.get(word, ()), f"{word}r")):
        return word
    if _is_participle(word, lexicon) or _is_feminine(word, word[:-1], lexicon):
        return word[:-1]
    return word[:-2] if word[-3:-2] == word[-2:-1] and _is_feminine(word, word[:-2], lexicon) else word


def _is_feminine(word: str, masculine: str, lexicon: Lexicon) -> bool:
    return lexicon.is_form_of(word, masculine) or lexicon.is_form_of(f"{word}s", masculine)


def _is_participle(word: str, lexicon: Lexicon) -> bool:
    """Tell whether a word is the feminine of a participle: saisie, prise, mise."""
    base = word[:-1]
    if word.endswith("ie"):
        return word not in NOUNS_IN_IE and lexicon.is_form_of(f"{base}r", f"{base}r")
    lemmas = lexicon.lemmas.get(base, ()) if word.endswith("ise") else ()
    return any(lemma.endswith(("re", "ir")) and lemma != base for lemma in lemmas)


def _conjugated(word: str, lexicon: Lexicon) -> str:
    """Return the term of a form of a verb, or the word itself.

    Verbs in -er, and those in -ir whose participle is in -i, are filed without their r, as their participle folds.
    """
    lemmas = lexicon.lemmas.get(word)
    if lemmas is None:
        return _of_unknown(word, lexicon)
    for lemma in lemmas:
        if _is_er_verb(lemma, lexicon):
            return lemma[:-1]
    if word.endswith("i") and lexicon.is_form_of(f"{word}r", f"{word}r"):
        return word
    lemma = lemmas[0]
    if lemma != word and lemma.isalpha() and not lexicon.is_form_of(lemma, lemma) and lemma in lexicon:
        return _conjugated(lemma, lexicon)
    if lemma.endswith("ir") and lemma[:-1] in lexicon:
        return lemma[:-1]
    return lemma if lemma.isalpha() else word


def _of_unknown(word: str, lexicon: Lexicon) -> str:
    for ending in ("aient", "ait", "ent"):
        if word.endswith(ending) and _is_er_verb(f"{word.removesuffix(ending).removesuffix('e')}er", lexicon):
            return f"{word.removesuffix(ending).removesuffix('e')}e"
    return word[:-1] if word.endswith("er") and len(word) >= SHORTEST_VERB else word


def _is_er_verb(word: str, lexicon: Lexicon) -> bool:
    return word.endswith("er") and any(lexicon.is_form_of(word[:-2] + ending, word) for ending in OF_A_VERB)
