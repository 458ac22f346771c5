#!/usr/bin/env python3
"""Rules of STYLE that a reader of text can check: lengths, and words that do not belong.

The limits are a ratchet: the longest file may shrink and must not grow.
"""

import re
import subprocess
import sys

FILE_LINES_MAX = 600
COLUMNS_MAX = 100
BANNED = {
    r"\bTODO(?!\()": "write TODO(issue) or do it",
    r"\bFIXME\b|\bXXX\b": "mend it or file it",
    r"\busing namespace\b": "name what you use",
    r"\bthrow\b": "our code returns Status",
    r"\bstd::rand\b|\bsrand\b|random_device": "take an Rng",
    r"sleep_for|usleep\(": "nothing sleeps; wait with a deadline on an event",
}
TEXT = re.compile(r'"(?:\\.|[^"\\])*"')  # what stands in quotes is no code
# Where a banned word is the point: the seed of randomised tests, the pace of a live loop.
ALLOWED = {
    ("ganglion/testing/seed.cc", r"\bstd::rand\b|\bsrand\b|random_device"),
    ("ganglion/testing/no_alloc.cc", r"\bthrow\b"),
    ("ganglion/robot/sim/mujoco_call.cc", r"\bthrow\b"),  # MuJoCo ends the process otherwise
    ("apps/ganglion/sim_rover.cc", r"sleep_for|usleep\("),
    # The tick of a file system's clock is no event that anyone could wait for.
    ("ganglion/model/cache_writer.cc", r"sleep_for|usleep\("),
    ("ganglion/model/weight_cache_test.cc", r"sleep_for|usleep\("),
}


def main() -> int:
    files = subprocess.run(["git", "ls-files", "*.h", "*.cc", "*.cu"], capture_output=True,
                           text=True, check=True).stdout.split()
    errors = []
    for name in files:
        lines = open(name, encoding="utf-8").read().splitlines()
        if len(lines) > FILE_LINES_MAX:
            errors.append(f"{name}: {len(lines)} lines; split it (at most {FILE_LINES_MAX})")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX and '"' not in line and "//" not in line:
                errors.append(f"{name}:{number}: {len(line)} columns")
            code = TEXT.sub('""', line).split("//")[0]
            for pattern, advice in BANNED.items():
                if re.search(pattern, code) and (name, pattern) not in ALLOWED:
                    errors.append(f"{name}:{number}: {re.search(pattern, code)[0]}: {advice}")
    print("\n".join(errors) or f"tidy: {len(files)} files ok")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
