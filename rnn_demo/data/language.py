"""Is a text in another language than English? Told from its function words, which no text of some length does without.

A short list of each language was written for this; it names the language where it can, and is silent where it cannot.
"""

from __future__ import annotations

from collections.abc import Iterable

ENOUGH = 2  # function words of another language; one alone may be a name or a quotation

_ENGLISH = """
a about after all also am an and any are as at be because been before but by can could did do does for from get had has
have he her him his how i if in into is it its just like me more most my no not of on one only or our out over she so
some than that the their them then there they this to too up us very was we were what when which who why will with would
you your n't 's 're 've 'll 'd 'm
"""
_OTHERS = {
    "German": """
aber als am auf auch aus bei bin bis da das dass dem den der des die dieser diese dieses du durch ein eine einem einen
einer er es euch für gegen habe haben hat hatte ich ihm ihn ihr immer ist jeder kann kein keine man mehr mein mich mir
mit nach nicht nichts noch nur oder ohne schon sehr sein sich sie sind so über um und uns unter viel vom von vor war
waren warum was weil wenn wer werden wie wieder wir wird wurde zu zum zur zwischen
""",
    "French": """
ai ainsi alors après au aucun aussi autre aux avait avec avoir ce ces cet cette chaque comme dans de des donc du elle en
encore est et était été être fait ils j' je jamais la le les leur lui mais même mes moi mon ne nous on ont ou où par pas
peu plus pour quand que qui qu sa sans se ses si son sont sur ta tout toute tous très trop tu un une vous
""",
    "Spanish": """
al algo aunque bien casi como con cuando de del desde dos el ella ellos en era es esta está este esto fue ha había han
hasta hay la las le les lo los más me mi muy nada ni nos nunca para pero por porque que qué quien se ser si sin sobre
son su sus también tan tiene toda todo todos un una y ya yo
""",
    "Italian": """
ai al alla anche ancora che chi ci come con così cosa da dal dalla dei del della delle di dove e è ed era fatto gli ha
hanno ho il in io la le lei lo lui ma mai mi mia mio molto nel nella niente noi non ogni per perché più poco poi quando
quella quello questa questo se sempre senza si sia solo sono sua suo sul sulla tutta tutti tutto un una uno
""",
    "Portuguese": """
ao aos as até com como da das de dela dele depois do dos e ela ele em entre era essa esse esta está este eu foi foram há
isso isto já mais mas me mesmo meu minha muito na não nas nem no nos nós nunca o os ou para pela pelo por porque quando
que quem se sem ser seu sua são só também tem tinha todo todos tudo um uma você
""",
    "Dutch": """
aan al alle als bij dan dat de der deze die dit door een en er geen had heb hebben heeft het hij hoe ik in is je kan
maar meer met mij mijn naar niet niets nog nooit nu of om omdat onder ons ook op over te toch toen tot uit van veel
voor want waren was wat we wel werd wie wij worden zal ze zeer zich zij zijn zo zonder
""",
}
ENGLISH = frozenset(_ENGLISH.split())
OTHERS = {name: frozenset(words.split()) - ENGLISH for name, words in _OTHERS.items()}


def foreign_language(words: Iterable[str]) -> str | None:
    """The language that these words, in lower case, are in; None for English and where too little is known to say.

    A language is named if more of the words are function words of it than of English and of any other one.
    """
    counts = dict.fromkeys(OTHERS, 0)
    english = 0
    for word in words:
        english += word in ENGLISH
        for name, function_words in OTHERS.items():
            counts[name] += word in function_words
    name = max(counts, key=counts.__getitem__)
    return name if counts[name] >= ENOUGH and counts[name] > english else None
