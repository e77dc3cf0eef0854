"""Puts numbers that mean "no value", and conditions that gas cannot have, among the samples of month_samples.py.

usage: odd_numbers.py SAMPLES.jsonl > samples.jsonl

One in some hundred samples begins a spell of one of them, of one to thirty samples. The same samples give the same spells.
"""

import json
import random
import sys

NUMBERS = {
    "a01014": [-0.7, -1.5, 99.4, 99.6, 120, 65535], "a01011": [-0.6, -3, -9999], "a01012": [-60, 2500, -273],
    "a01013": [-60, 70], "a19001": [-9999, -3], "a21026": [-9999, -8, -60, 65535], "a34013": [-9999],
    "w01018": [-9999, 9999], "w00000": [-999],
}


def main(path):
    chance = random.Random(5)
    spells = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            sample = json.loads(line)
            code = sample.get("factor")
            if code in NUMBERS and sample.get("value") is not None:
                if chance.random() < 0.002:
                    spells[code] = [chance.choice(NUMBERS[code]), chance.choice([1, 1, 3, 30])]
                if spells.get(code, [0, 0])[1] > 0:
                    sample["value"] = spells[code][0]
                    spells[code][1] -= 1
            sys.stdout.write(json.dumps(sample) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
