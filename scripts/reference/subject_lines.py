"""Writes the data of apps/cli/bench/subject-lines.md: e-mails of the starter's data with their subject lines as responses.

    python3 scripts/reference/subject_lines.py FOLDER

Needs Python alone. Into the folder go subjects.jsonl, general.txt (every eighth of the starter's general texts) and sweep.yaml.
"""

import gzip
import json
import random
import re
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "packages/starter/data"
LEFT = {"train": 96, "validation": 80}
SWEEP = """\
model: SmolLM2-135M-Instruct.Q4_1.gguf
data: subjects.jsonl
prompt-column: prompt
response-column: response
max-length: 112
epochs: 2
learning-rate: 0.002
ranks: [2, 8, 32]
seeds: 3
jobs: 1
evaluate-every: 6
retain: general.txt
max-forgetting: 0.05
"""


def subject_and_body(text: str) -> tuple[str, str]:
    subject = re.search(r"Subject: (.*)", text)
    body = re.sub(r"\s+", " ", " ".join(text.split("\n\n")[2:]))[:220]
    return re.sub(r"^(Re|Fwd?): *|\[[^\]]*\] *", "", subject.group(1).strip() if subject else ""), body


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(DATA / "spam-assassin.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    random.Random(7).shuffle(rows)
    left = dict(LEFT)
    pairs = []
    for row in rows:
        split = "train" if row["split"] == "train" else "validation"
        subject, body = subject_and_body(row["text"])
        if left[split] == 0 or len(body) < 60 or len(subject) < 8:
            continue
        left[split] -= 1
        prompt = f"Write the subject line of this e-mail: {body[:110]}"
        pairs.append({"prompt": prompt, "response": subject[:60], "split": split})
    (folder / "subjects.jsonl").write_text("".join(f"{json.dumps(pair)}\n" for pair in pairs), encoding="utf-8")
    texts = [line for line in (DATA / "general-texts.txt").read_text("utf-8").splitlines() if len(line) >= 80]
    short = [text.encode()[:300].decode(errors="ignore") for text in texts[7::8]]
    (folder / "general.txt").write_text("".join(f"{text}\n" for text in short), encoding="utf-8")
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")


main(Path(sys.argv[1]))
