#!/usr/bin/env python3
"""Joins the test of random schemas with ajv, which judges them, by a pipe each way.

    run.py SCHEMA_AJV_TEST FOLDER

FOLDER gets ajv, which comes from the npm registry as the lock file pins it. Exits with 77 and says
why where it cannot be had.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from npm_packages import install, missing_program  # noqa: E402

SKIP = 77


def main() -> int:
    test, folder = sys.argv[1:3]
    why = missing_program() or install(HERE, folder)
    if why:
        print(f"SKIPPED: {why}")
        return SKIP
    with subprocess.Popen(["node", "judge.js"], cwd=folder, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as judge:
        with subprocess.Popen([test], stdin=judge.stdout, stdout=judge.stdin) as run:
            # Only the test holds the pipes now, so each end sees the other's.
            judge.stdin.close()
            judge.stdout.close()
            return run.wait()


if __name__ == "__main__":
    sys.exit(main())
