#!/usr/bin/env python3
"""`ganglion plan` from outside, with the starter model.

    plan_test.py GANGLION SOURCE_FOLDER [unittest arguments]
"""

import json
import pathlib
import subprocess
import sys
import unittest

GANGLION, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
WORDS = "drive forward one metre and then turn left"


def plan(*arguments):
    return subprocess.run(
        [GANGLION, "plan", "--no-weight-cache", "--robot", SOURCE / "robots/rover.yaml",
         "--model", SOURCE / "models/starter/rover.gguf", *arguments],
        capture_output=True, text=True, timeout=120)


class Stream(unittest.TestCase):
    def test_steps_come_one_by_one_and_then_the_plan(self):
        done = plan("--stream", WORDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        *steps, whole = map(json.loads, done.stdout.splitlines())
        self.assertEqual(len(steps), 2)
        self.assertEqual(steps, whole["steps"])
        self.assertEqual([step["do"] for step in steps], ["drive", "turn"])

    def test_without_it_only_the_plan_is_printed(self):
        streamed, whole = plan("--stream", WORDS), plan(WORDS)
        self.assertEqual(whole.stdout.splitlines(), streamed.stdout.splitlines()[-1:])

    def test_many_at_once_are_not_streamed(self):
        done = plan("--stream", "--batch", "none.jsonl")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--batch", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
