"""Questions that have no answer: a known thing with an unknown relation, the reverse, and everything else.

What is nearly known is not among them: no question that a fact answers, whatever its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from rnn_demo.data.paraphrases import SMALL
from rnn_demo.data.tokens import plain_words
from tools.qa_grammar.facts import STATES, Fact
from tools.qa_grammar.patterns import SENTENCES, chooser, parse, sections, word_lists
from tools.qa_grammar.sayings import ASKING, article, patterns_of, question
from tools.qa_grammar.speech import BARE, LISTS, Speaker, pseudo_word

REFUSAL = "I don't know"
FOLLOW_UP = f"{REFUSAL}: I remember no earlier question, so ask it in full"
SUM = f"{REFUSAL}: I cannot calculate"
REASONS = {"follow-up": FOLLOW_UP, "sum": SUM}

ABOUT = {kind: [parse(line) for line in lines] for kind, lines in sections(SENTENCES / "refuse_about.txt").items()}
OPEN = {kind: [parse(line) for line in lines] for kind, lines in sections(SENTENCES / "refuse_open.txt").items()}

# Which patterns of `refuse_about.txt` go with the things, or the answers, of a relation.
THINGS_OF = {
    "capital": "state",
    "author": "book",
    "painter": "picture",
    "composer": "music",
    "city of": "place",
    "country of": "place",
    "symbol": "element",
    "inventor": "thing",
    "discoverer": "thing",
    "idea": "thing",
    "from": "thing",
    "unit": "thing",
    "formula": "thing",
    "short for": "acronym",
    "baby": "animal",
    "legs": "animal",
    "strings": "thing",
    "sides": "shape",
    "days in": "month",
    "root": "number",
    "opposite": "word",
    "river": "city",
    "networks": "network",
}
DISCOVERY = re.compile("invent|discover|found")
LEADS = re.compile("(when|(in )?(which|what) year|how many|who|which planet|what do) ", re.IGNORECASE)
OTHER_LEADS = ("where", "why", "how", "with whom", "how often", "by what means", "for how long")
CONTRASTS = word_lists("contrasts.txt")
GREETED = ("rnn", "lstm", "gru", "bptt")  # which are answered when they are all that is said
OWN_SUBJECT = ("RNN", "LSTM", "GRU", "BPTT", "SGD", "NLP", "MLP")  # more than whose names is taught
PEOPLE = ("author", "painter", "composer", "inventor", "discoverer", "idea")
# What a relation may be asked of without being known: names of lists, or kinds of made-up words.
UNKNOWN_THINGS = {
    **dict.fromkeys(STATES, ("place", "place", "made up", "city", "person", "animal")),
    "symbol": ("stuff", "stuff", "made up -ium", "made up", "state", "planet", "food"),
    "number": ("stuff", "made up -ium", "state", "animal", "person"),
    "author": ("book", "book", "film", "song", "title", "title", "picture", "site", "topic"),
    "painter": ("picture", "picture", "title", "title", "taught book", "film", "site", "taught music", "stuff"),
    "composer": ("music", "song", "title", "title", "taught picture", "film", "topic"),
    "city of": ("site", "site", "title", "made up", "brand", "event", "person", "film"),
    "country of": ("site", "site", "made up", "title", "person", "brand", "animal"),
    "from": ("food", "brand", "person", "animal", "made up", "noun"),
    "inventor": ("invention", "invention", "food", "noun", "topic", "title", "stuff", "brand", "animal"),
    "discoverer": ("invention", "topic", "stuff", "place", "noun", "made up", "site", "animal"),
    "idea": ("topic", "noun", "title", "made up"),
    "unit": ("quantity", "quantity", "noun", "stuff", "animal", "made up"),
    "formula": ("stuff", "stuff", "food", "noun", "made up", "quantity"),
    "short for": ("letters", "letters", "random letters", "random letters", "made up"),
    "baby": ("animal", "animal", "food", "noun", "made up"),
    "group": ("animals", "animals", "things", "foods", "people"),
    "root": ("number", "number", "noun", "made up"),
    "sides": ("noun", "animal", "food", "made up", "stuff"),
    "opposite": ("colour", "colour", "noun", "animal", "food", "person", "place", "made up"),
    "legs": ("noun", "food", "legless", "person", "made up"),
    "strings": ("noun", "instrument", "animal", "made up"),
    "days in": ("place", "event", "person", "noun", "made up"),
    "river": ("place", "place", "made up", "site", "person"),
    "planet order": ("misplaced",),
}


def words_that_matter(text: str) -> frozenset[str]:
    """The words of a question without the small ones."""
    return frozenset(plain_words(text)) - SMALL


class Refuser:
    """Asks what cannot be answered, about the things that the facts are about and about others."""

    def __init__(self, speaker: Speaker, facts: Sequence[Fact], taught_words: Collection[frozenset[str]]) -> None:
        self.speaker, chance = speaker, speaker.generator
        self.taught_words = taught_words  # that matter, of each question with an answer
        self.facts = [fact for fact in facts if fact.names]
        self.alone = [fact for fact in facts if not fact.names and fact.relation not in ("itself", "networks")]
        by_relation: dict[str, list[Fact]] = {}
        for fact in self.facts:
            by_relation.setdefault(fact.relation, []).append(fact)
        self.by_relation = by_relation
        self.names = {
            relation: {name.lower() for fact in known for name in fact.names} for relation, known in by_relation.items()
        }

        def taught(relation: str) -> Callable[[], str]:
            return lambda: chance.choice(chance.choice(by_relation[relation]).names)

        answers = {
            relation: [fact.answer for fact in by_relation[relation]] for relation in (*PEOPLE, *STATES, "city of")
        }
        speaker.slots |= {
            "state": taught("capital"),
            "element": taught("symbol"),
            "taught": lambda: taught(chance.choice(list(by_relation)))(),
            "y": lambda: taught(chance.choice(["capital", "symbol", "baby", "author"]))(),
            "currency": chooser([answer.lower() for answer in answers["currency"]], chance),
            "currency2": chooser([answer.lower() for answer in answers["currency"]], chance),
            "lang": chooser([answer for answer in answers["language"] if " and " not in answer], chance),
            "lang2": chooser([answer for answer in answers["language"] if " and " not in answer], chance),
            "city": chooser([*answers["capital"], *answers["city of"], *LISTS["place"]], chance),
            "thing": self.anything,
        }
        self.people = [*{answer for relation in PEOPLE for answer in answers[relation]}]
        self.people.sort()

    def anything(self) -> str:
        """Something that a question may be about."""
        chance = self.speaker.generator
        kind = chance.choice(
            ["invention", "site", "topic", "brand", "event", "film", "song", "book", "picture", "food", "place"]
        )
        return chance.choice(LISTS[kind]) if chance.random() < 0.85 else self.made_up("title")

    def made_up(self, kind: str) -> str:
        """A thing of this kind; a list of its own where there is one, else made up."""
        chance, slots = self.speaker.generator, self.speaker.slots
        word = pseudo_word(chance)
        others: dict[str, Callable[[], str]] = {
            "made up": lambda: word.capitalize(),
            "made up -ium": lambda: pseudo_word(chance, "ium"),
            "random letters": lambda: "".join(
                chance.choices("ABCDEFGHIKLMNOPRSTUVWXYZ", k=chance.choice([2, 3, 3, 4]))
            ),
            "title": self.title,
            "taught book": lambda: self.thing("author"),
            "taught picture": lambda: self.thing("painter"),
            "taught music": lambda: self.thing("composer"),
            "animals": lambda: f"{slots['animal']()}s",
            "foods": lambda: f"{slots['food']()}s",
            "people": lambda: f"{slots['job']()}s",
            "number": lambda: self.speaker.number(),
        }
        return (others.get(kind) or slots[kind])()

    def title(self) -> str:
        """A title that no work has."""
        return self.speaker.draw(OPEN["title"], {})

    def thing(self, relation: str) -> str:
        """A name of something that this relation is known of."""
        chance = self.speaker.generator
        return chance.choice(chance.choice(self.by_relation[relation]).names)

    def unknown_relation(self, kind: str, name: str, adjective: str = "") -> str:
        """A question about something known that no fact answers: not who discovered radium."""
        slots = {"x": name, "a": article(name), "adj": adjective} if adjective else {"x": name, "a": article(name)}
        discovery = any(
            name.lower() in known for known in (self.names["inventor"], self.names["discoverer"], self.names["idea"])
        )
        while True:
            text = self.speaker.draw(ABOUT[kind], slots)
            if not (discovery or BARE.sub("", name) == "LSTM") or not DISCOVERY.search(text):
                return self.speaker.said(text, 0.15)

    def near_miss(self, fact: Fact) -> str:
        """A question for a fact with one of its words that matter replaced, by a contrast of it or by any word."""
        chance = self.speaker.generator
        kind, pattern = chance.choice(patterns_of(fact))
        lead = {"np": "what is ", "who": "who was "}.get(kind, "")
        words = f"{lead}{self.speaker.draw([pattern], {})}".split(" ")
        places = [place for place, word in enumerate(words) if word.lower().strip("?,") not in SMALL]
        contrasts = [place for place in places if words[place] in CONTRASTS]
        if not places:
            return ""
        lead = LEADS.match(" ".join(words))
        if lead and chance.random() < 0.2:
            text = f"{chance.choice(OTHER_LEADS)} {' '.join(words)[lead.end() :]}"
            return self.speaker.said(text, 0.15)
        if contrasts and chance.random() < 0.75:
            place = chance.choice(contrasts)
            words[place] = chance.choice(CONTRASTS[words[place]])
        else:
            words[chance.choice(places)] = self.made_up(chance.choice(["noun", "animal", "food", "made up", "verb"]))
        text = " ".join(words)
        return "" if words_that_matter(text) in self.taught_words else self.speaker.said(text, 0.15)

    def unknown_thing(self, relation: str) -> str:
        """A question by a relation that is known, about something of which it is not."""
        name = self.made_up(self.speaker.generator.choice(UNKNOWN_THINGS[relation]))
        while name.lower() in self.names[relation] or name.removesuffix(" City").lower() in self.names["capital"]:
            name = self.made_up(self.speaker.generator.choice(UNKNOWN_THINGS[relation]))
        adjectives = (
            f"{BARE.sub('', name).rstrip('aeiou')}{self.speaker.generator.choice(['an', 'ish', 'ese', 'ian', 'i'])}",
        )
        return self.speaker.said(question(self.speaker, ASKING[relation], (name,), adjectives), 0.25)

    def open(self, kind: str) -> str:
        """A sentence of `refuse_open.txt`."""
        return self.speaker.said(self.speaker.draw(OPEN[kind], {}), 0.12)

    def all(self, shares: dict[str, int]) -> Iterator[tuple[str, str, str]]:
        """Rows of relation, question and answer: `shares` of each kind, and of each known thing."""
        for fact in self.facts:
            kind = THINGS_OF.get(fact.relation) if fact.names[0] not in OWN_SUBJECT else None
            for _ in range(shares.get(kind or "", 0)):
                adjective = self.speaker.generator.choice(fact.adjectives) if fact.adjectives else ""
                name = self.speaker.generator.choice(fact.names)
                yield f"about a {kind}", self.unknown_relation(str(kind), name, adjective), REFUSAL
        for kind, names in (
            ("person", self.people),
            ("planet", LISTS["planet"]),
            ("network", LISTS["term"]),
            ("famous", LISTS["famous"]),
            ("colour", LISTS["colour"]),
        ):
            for name in names:
                for _ in range(shares[kind]):
                    text = self.unknown_relation(kind, self._short(name) if kind == "person" else name)
                    if words_that_matter(text) not in self.taught_words:
                        yield f"about a {kind}", text, REFUSAL
        for name in LISTS["person"]:
            for _ in range(shares["other person"]):
                yield "about a person", self.unknown_relation("person", name), REFUSAL
        for fact in self.alone:
            for _ in range(shares["near miss"]):
                yield "near miss", self.near_miss(fact), REFUSAL
        for name in dict.fromkeys(name for fact in self.facts for name in fact.names):
            if name.lower() not in GREETED:
                yield "bare", self.speaker.said(self.speaker.draw(OPEN["bare"], {"x": name}), 0.1), REFUSAL
        for relation in UNKNOWN_THINGS:
            for _ in range(shares["unknown thing"] * (3 if relation in (*STATES, *PEOPLE) else 1)):
                yield f"unknown {relation}", self.unknown_thing(relation), REFUSAL
        for kind in (kind for kind in OPEN if kind not in ("title", "bare")):
            for _ in range(shares[kind]):
                yield kind, self.open(kind), REASONS.get(kind, REFUSAL)

    def _short(self, name: str) -> str:
        """A name, or the last part of it, by which a person is often called."""
        return name.split()[-1] if len(name) > 5 and self.speaker.generator.random() < 0.4 else name
