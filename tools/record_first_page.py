"""Record what the page shows before anybody has asked for anything: python -m tools.record_first_page

It is the reading on the tab Start and the conversation with which the QA chat opens, as the shipped networks give them.
"""

from __future__ import annotations

import json

from rnn_demo.ui.qa import opening
from rnn_demo.ui.start import reading


def main() -> None:
    for file, recorded in (
        (reading.FILE, reading.record_reading()),
        (opening.FILE, opening.record_opening()),
    ):
        file.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(file.relative_to(file.parents[3]))


if __name__ == "__main__":
    main()
