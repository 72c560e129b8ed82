"""How much the program takes on at once. Every limit is here, and in the message that names it."""

import re
from collections.abc import Iterable, Sequence

MAX_CHARACTERS = 50_000  # of one text: about 10,000 words
MAX_TOKENS = 12_000  # words and punctuation marks of a text with a verdict after each of them
MAX_TRACE_TOKENS = 256  # of one trace; the rest is cut, and the page says so
MAX_HANDOUT_BYTES = 1_500_000  # of one file in which a network reads what is typed
MAX_SENT_NETWORK_BYTES = 8 * 2**20  # of the weights of a network that runs in the page, as float32
MAX_UNIT_TOKENS = 20_000  # of a corpus over which all units of a network are looked at
MAX_EXPLAINED_TOKENS = 3_000  # of a text whose words are explained one by one
MAX_ROWS = 200_000  # of one CSV file
MAX_LINES = 2_000_000  # of one CSV file; a row may have several
MAX_REREAD = 10  # how many times the lines of a file may be read again after unclosed quotation marks
MAX_SERIES_BYTES, MAX_SERIES_COLUMNS = 8 * 2**20, 100  # of a CSV file with a series
MAX_JUDGED_ROWS = 10_000  # of a CSV file that the page reads; the rest is left out, and the page says so
MAX_CORRECTED = 8  # unknown words of a question for which known ones are looked up
MAX_TABLE_ROWS = 5_000  # rows that a visitor teaches
MAX_LESSONS_AT_ONCE = 2  # visitors whose tables are taught at the same time
MAX_TEMPLATE, MAX_LISTS = 300, 4_000  # characters of a template with slots, and of the lists for them
MAX_FILLINGS = 64  # of a template, judged at once
MAX_QUESTION, MAX_ANSWER = 500, 64  # characters of a question and an answer that a visitor teaches
MAX_UPLOAD_BYTES = 32 * 2**20  # of one file given to the page
MAX_FILE_BYTES = 200 * 2**20  # of one data file, unpacked
MAX_CHECKPOINT_BYTES = 64 * 2**20  # of one model.safetensors
MAX_INDEX_BYTES = 10 * 2**20  # of the directions of training examples beside a checkpoint; the rest is left out
MAX_CONFIG_BYTES = 4 * 2**20  # of the other files of a checkpoint: read, a list of words takes twenty times its bytes
MAX_ARCHIVE_BYTES = 32 * 2**20  # of a zipped checkpoint that a visitor loads, unpacked
MAX_PARAMETERS = 50_000_000
MAX_OWN_MODELS = 64  # of visitors, in memory at one time
MAX_OWN_BYTES = 512 * 2**20  # of all of them together: weights, vocabularies and examples
MAX_LAB_CHARACTERS = 100_000  # of a text that a visitor trains on; the rest is cut, and the page says so
MAX_LAB_SECONDS = 180  # of one training in the page; then it stops and says so
MAX_LENT_SECONDS = 60  # of a GPU for one training on a Space with ZeroGPU, where a visitor has a few minutes a day
MAX_LAB_PARAMETERS = 1_000_000
MAX_LAB_WORK = 4_000_000_000  # tokens of a batch times parameters: a step must not take longer than a second
MAX_LAB_RUNS = 12  # of one visitor, in the table
MAX_LAB_FORECASTS = 4  # networks of one visitor that forecast a series, in Hidden states
MAX_LAB_TRAINING = 4  # visitors whose networks train at the same time, each in its own process
MAX_LAB_PAUSED = 8  # runs, each with its own process; then the one that was paused for longest is ended
MAX_LAB_WAITING = 20  # visitors in the queue
MAX_LAB_VISITORS = 50  # whose runs are kept
MAX_LAB_STUDIES = 10  # of gradients through time in memory at one time, the last one of each visitor
MAX_TYPED = 2_000_000  # characters of rows that a visitor types or pastes
MAX_REQUEST_BYTES = 16 * 2**20  # of one request that is no upload
MAX_COMPONENT_BYTES = 2**20  # of one question that a part of the page asks: one text, escaped
MAX_CALLS_OF_SESSION = 64  # of one function, under way
MAX_CALLS_OF_ADDRESS = 300  # of one function, under way; a class of 200 may share one
MAX_TRAININGS_OF_ADDRESS = 12  # in the lab or in the queue for it, and as many lessons
MAX_FILES_OF_ADDRESS = 40  # uploaded, which are read or wait to be read
MAX_PENDING_BYTES_OF_ADDRESS = 64 * 2**20  # of requests that wait
MAX_PENDING_BYTES = 512 * 2**20  # of all of them
MAX_UNREAD_SECONDS = 60  # that an answer waits to be fetched; then it is dropped, and a training for it ends
MAX_UNREAD_BYTES = 128 * 2**20  # of large answers that wait to be fetched; then the oldest go
MAX_STORED_BYTES = 4 * 2**30  # of uploads and downloads on disk; then the oldest go

LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # a surrogate alone: it can be neither saved nor sent


def check_text(text: object) -> str:
    """The text itself, if it can be read; ValueError says what is wrong with it."""
    if not isinstance(text, str):
        raise ValueError(f"expected a string, got {type(text).__name__}; write the text between quotation marks")
    if not text.strip():
        raise ValueError("the text is empty; write at least one word or letter")
    if LONE_SURROGATE.search(text):
        raise ValueError("the text contains a broken character (an unpaired surrogate); retype it")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read, so shorten it")
    return text


def check_question(text: object) -> str:
    """The question itself, if it can be read and is a short one; ValueError says what is wrong with it."""
    if isinstance(text, str) and len(text) > MAX_QUESTION:
        raise ValueError(f"the question has {len(text):,} characters; at most {MAX_QUESTION} are read, so shorten it")
    return check_text(text)


def check_tokens(tokens: Sequence[str]) -> Sequence[str]:
    """The tokens themselves, if there are not too many: a text of punctuation alone has a token for each character."""
    if len(tokens) > MAX_TOKENS:
        raise ValueError(
            f"the text has {len(tokens):,} words and punctuation marks; at most {MAX_TOKENS:,} are read, so shorten it"
        )
    return tokens


def check_choices(settings: object, **choices: Iterable[str]) -> None:
    """Refuse a field of `settings` whose value is not one of its choices; ValueError names them."""
    for name, allowed in choices.items():
        if getattr(settings, name) not in tuple(allowed):  # a value out of a file may be anything, even a list
            raise ValueError(f"unknown {name} {getattr(settings, name)!r}; choose one of {', '.join(allowed)}")


def check_whole(settings: object, **ranges: tuple[int, int]) -> None:
    """Refuse a field of `settings` that is not a whole number within its range, both ends included; ValueError."""
    for name, (low, high) in ranges.items():
        value = getattr(settings, name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            most = f"{high:,}" if high >= 10_000 else high
            raise ValueError(f"{name} must be a whole number from {low} to {most}, got {value!r}")


def check_numbers(settings: object, **ranges: tuple[float, float]) -> None:
    """Refuse a field of `settings` that is not a number within its range, both ends included; ValueError."""
    for name, (low, high) in ranges.items():
        value = getattr(settings, name)
        if not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(f"{name} must be a number from {low:g} to {high:g}, got {value!r}")
