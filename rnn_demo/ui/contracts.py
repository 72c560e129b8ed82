"""The JSON that Python sends to the page: what each widget's script reads, key by key.

A test draws real values of each and holds both sides to these types. Those of runs are in lab/contracts.py.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

# --- a trace, for the stepper (stepper/*.js) ----------------------------------------------------------------------


class PackedArray(TypedDict):
    """An array: its shape, and its numbers as float32 in base64, least significant byte first."""

    shape: list[int]
    data: str


class Trees(TypedDict):
    """An equation as a tree (see network/equations.py) in each notation; None where it cannot be read."""

    pytorch: list[Any] | None
    textbook: list[Any] | None


class QuantityDescription(TypedDict):
    """A quantity that a cell computes, as `network.cells.Quantity` describes it."""

    name: str
    title: str
    bounds: list[float] | None
    after: list[str]
    does: str
    flipped_does: str
    tree: Trees


class CellDescription(TypedDict):
    """What is needed to draw any cell; in textbook notation the gates in `flipped` are 1 minus PyTorch's."""

    title: str
    gates: list[str]
    state: list[str]
    quantities: list[QuantityDescription]
    flipped: list[str]
    note: str


class LayerPayload(TypedDict):
    """One layer in one direction: a_ih and a_hh (T, G, H), quantities (T, H), the state before the first step (H,)."""

    layer: int
    direction: str
    a_ih: PackedArray
    a_hh: PackedArray
    quantities: dict[str, PackedArray]
    initial: dict[str, PackedArray]


class Start(TypedDict, total=False):
    """What a link asks for, as it is written there."""

    text: str
    step: str
    layer: str
    direction: str
    unit: str
    view: str
    notation: str
    figure: str
    gradients: str
    answer: str
    beside: str
    twin: str
    compare: str
    knife: str


class Head(TypedDict):
    """How each step's answer comes from the states: pooling, logits, softmax.

    `pooling` is "" where it is not known, and so `parts` is empty: else, for each of the answers shown at a step, what
    each pooled vector adds to its logit, and last its bias. `logits` are those of the answers shown; `log_sum` is, for
    each step, the logarithm of the sum of e^(logit / temperature) over all `count` labels.
    """

    pooling: str
    features: int
    output: str
    temperature: float
    count: int
    logits: list[list[float | None]]
    parts: list[list[list[float | None]]]
    log_sum: list[float | None]


class Input(TypedDict):
    """What x is: "one_hot", an "embedding", or "numbers" that were given; `spells`: of an unknown word, its letters."""

    kind: str
    spells: bool


class TracePayload(TypedDict):
    """A trace (T steps), its cell and its head.

    `answers`: for each step the most probable labels with their probabilities; none where these are not numbers.
    `forecasts`: the value expected after each step, of a network that forecasts.
    `undecided`: whether a step has no clear answer: two are about as probable, or none of many is probable enough.
    `prior`: the share of each answer before anything is read, where the network learnt it. `advice` says why the text
    cannot be read as it is. `answered` are those of the `unknown` tokens that are among its answers.
    `about` says what the network was asked, and what its answers are. `attention`: the score of each step (T,), of a
    model that pools by attention. `asks` is what the head is asked after each step, "" where there is no head.
    `broken` says where the numbers stop being numbers.
    """

    checkpoint: str
    title: str
    cell: CellDescription
    piece: str
    asks: str
    reads: str
    about: str
    head: Head
    input: Input
    broken: str
    tokens: list[str]
    unknown: list[str]
    answered: list[str]
    cut: int
    answers: list[list[tuple[str, float]]]
    forecasts: list[str]
    undecided: list[bool]
    prior: dict[str, float]
    notation: str  # of the equations, until the reader chooses one
    advice: str
    attention: list[float | None] | None
    x: PackedArray
    layers: list[LayerPayload]
    figures: list[str]
    start: Start


class UnitWeights(TypedDict, total=False):
    """The rows of one unit in each gate: weight_ih (G, I), weight_hh (G, H), biases (G,); or `error` says why not."""

    weight_ih: PackedArray
    weight_hh: PackedArray
    bias_ih: PackedArray
    bias_hh: PackedArray
    error: str


class NearestWords(TypedDict, total=False):
    """For each of the words asked for the nearest ones by the cosine of their embeddings; or `error` says why not."""

    nearest: list[list[tuple[str, float]]]
    error: str


# --- the menu of models (widgets/model_menu.js) -------------------------------------------------------------------


class MenuModel(TypedDict):
    """A model: its name, and what it is in a few words."""

    name: str
    title: str


class MenuGroup(TypedDict):
    """Models that are asked the same."""

    title: str
    models: list[MenuModel]


class ModelMenu(TypedDict):
    """All groups, and the name of the model that is shown."""

    groups: list[MenuGroup]
    selected: str


class LayerGradientsPayload(TypedDict):
    """What arrives in one layer and direction: dL/ds_t of each state s (T, H), and lengths (T,) by way of arrival.

    `norms` are those of `total`; `carried` is what comes from the step computed next, `above` the rest: for h from the
    head or the layer above, for a memory like c from h, within the step.
    """

    total: dict[str, PackedArray]
    norms: dict[str, list[float | None]]
    above: dict[str, list[float | None]]
    carried: dict[str, list[float | None]]


class BackwardPayload(TypedDict, total=False):
    """The backward pass of a text: of the loss -log p(`label`), for trained or fresh weights; or `error` says why not.

    `labels` are the answers to choose from, `x` the lengths of dL/dx_t (T,), `says` the loss and its way in, in words.
    `losses` (T,) are those of a step each, None where there is none; `targets` the answer that each is of.
    """

    label: str
    labels: list[str]
    loss: float | None
    losses: list[float | None]
    targets: list[str | None]
    says: str
    x: list[float | None]
    layers: list[LayerGradientsPayload]
    error: str


# --- a reading, for the sentiment tab (widgets/sentiment/reading.js, widgets/sentiment/compare_texts.js) ----------


class WordVerdict(TypedDict):
    """A word, whether the network knows it, and the probability of positive after it."""

    word: str
    known: bool
    running: float


class WordContribution(WordVerdict):
    """The same, and by how much it moved the log odds of positive."""

    contribution: float


class LargeChange(TypedDict):
    """A step that moved the probability of positive far, and by how much."""

    step: int
    by: float


class Caution(TypedDict):
    """Why a verdict says little."""

    headline: str
    why: str


class Verdict(TypedDict):
    """A text as the network reads it; `probability` is that of positive."""

    label: Literal["positive", "negative"]
    probability: float
    words: list[WordVerdict]


class Reading(TypedDict):
    """A verdict and what is to be seen in it; `truth` is the label that a person gave, where one did.

    `remark` is a sentence on what the network finds hard in it. `paragraphs` has the probability of positive of each
    paragraph alone, where there are several.
    """

    input: str
    label: Literal["positive", "negative"]
    probability: float
    undecided: bool
    words: list[WordContribution]
    changes: list[LargeChange]
    caution: Caution | None
    truth: str | None
    remark: str | None
    paragraphs: list[float]


class Parting(TypedDict):
    """How many words two texts share at their start and at their end."""

    start: int
    rest: int
    same: bool


class TextComparison(TypedDict):
    """Two readings and where they part."""

    first: Verdict
    second: Verdict
    parting: Parting


# --- the conversation, for the QA chat (widgets/qa/conversation.js) -----------------------------------------------


class ConversationTurn(TypedDict):
    """A question and the reply; `suggestion` is a corrected question, `own` says whether the model is the visitor's."""

    question: str
    reply: str
    known: bool
    confidence: float
    model: str
    own: bool
    suggestion: str | None


class Conversation(TypedDict):
    """All turns; `selected` is the number of the one that is explained beside them.

    `opening` says whether the page came with them, so that nobody has asked yet.
    """

    turns: list[ConversationTurn]
    selected: int | None
    notice: str
    opening: bool


# --- charts of what is measured in the lab (widgets/curves.js) ----------------------------------------------------


Points = list[tuple[float, float | None]]  # step and value; None where the value is not a number


class Axis(TypedDict):
    """An axis: whole numbers up to `high`, even parts from `low` to `high`, powers of ten, or `values` by name."""

    name: str
    scale: Literal["count", "even", "powers", "named"]
    low: NotRequired[float]
    high: NotRequired[float]
    values: NotRequired[list[int]]


class ChartLine(TypedDict):
    """A line of a chart; it is broken where a value is not a number."""

    name: str
    colour: str
    points: Points
    dashed: bool
    marked: bool


class Chart(TypedDict):
    """A chart; `label` says in words what it shows."""

    label: str
    x: Axis
    y: Axis
    lines: list[ChartLine]


class Charts(TypedDict, total=False):
    """Charts side by side, with a sentence above them."""

    status: str
    notice: str
    charts: list[Chart]


# --- the next step at the end of a tab (widgets/next_step.js) -----------------------------------------------------


class NextStep(TypedDict):
    """A sentence in three parts: before the link, what the link says and the parameters of where it leads, after it."""

    before: str
    name: str
    link: dict[str, str]
    after: str


# --- the glossary, for every tab (glossary/*.js) ---------------------------------------------------------------------


class GlossaryEntry(TypedDict):
    """A term, the other forms in which it occurs in texts, what its picture shows, and its explanation."""

    name: str
    forms: list[str]
    picture: str
    text: str
