"""Whether reading takes time in proportion to the length of a paragraph, whatever stands in it.

    python benchmarks/paragraph.py FOLDER [kilobytes ...]

FOLDER holds texts (*.txt), which are joined to one paragraph; the other paragraphs are made up to be hard, and one is a
table. For each the processor seconds at every length (50, 100, 200, 400 kB), and the ratio of the last to the one of a
quarter of its length or nearest: 4 is in proportion, 16 is quadratic.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read

HARD = {
    "quotations": 'The minister said “We will lift the duty of 25% on steel by March 3.” "It is late," Ann Lee said. ',
    "a quotation without an end": "We agreed to lift the duty of 25% by March 3, he said. ",
    "no stop": "the United States said that India would agree to lift tariffs of 25 percent on steel and ",
    "verbs of saying": "said that ",
    "acts": "signed the Bill of Rights and ",
    "names": "Minister Ann Lee of India and President Bo Dahl ",
    "numbers": "12,345 67% ",
    "marks": '"',
    "days": "March 3 to 5, 2026 and a week later, ",
    "posts": "— Ann Lee (@ann) January 13, 2026 ",
    "tags": "<a ",
    "titles of acts": "Peru bans imports of wheat from Chile\n",
    "a table of names nobody knows": "Zgwx bcdf\t12%\n",
}


def seconds(text: str) -> float:
    start = time.process_time()
    read(document_of(text.encode(), "paragraph.txt"))
    return time.process_time() - start


def main() -> None:
    folder, lengths = Path(sys.argv[1]), [*map(int, sys.argv[2:])] or [50, 100, 200, 400]
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    kinds = {"articles": " ".join(" ".join(texts).split()) + " ", **HARD}
    for name, words in kinds.items():
        taken = []
        for length in lengths:
            text = (words * (length * 1000 // len(words) + 1))[: length * 1000]
            taken.append(seconds(text.replace("We", "“We", 1) if "without" in name else text))
        base = min(range(len(lengths)), key=lambda at: abs(lengths[at] - lengths[-1] / 4))
        figures = ", ".join(f"{n} kB {s:.2f} s" for n, s in zip(lengths, taken, strict=True))
        ratio = f"{lengths[-1]} kB over {lengths[base]} kB: {taken[-1] / taken[base]:.1f}"
        print(f"{name}: {figures}; {ratio}", flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    main()
