#!/usr/bin/env python3
"""`ganglion schema check` and `ganglion schema bench` from outside.

    schema_test.py GANGLION FOLDER [unittest arguments]
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

GANGLION, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
DATA = pathlib.Path(__file__).parent / "schemas"
SHARED = pathlib.Path(os.environ.get("GANGLION_SHARED", DATA.parents[2] / "shared"))


def ganglion(*arguments):
    return subprocess.run([GANGLION, "schema", *map(str, arguments)], capture_output=True,
                          text=True, timeout=300)


def bench(*arguments):
    done = ganglion("bench", *arguments, "--json")
    return done.returncode, json.loads(done.stdout)


def written(name, value):
    path = FOLDER / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


class Bench(unittest.TestCase):
    def test_instances_are_judged_as_they_are_marked(self):
        status, report = bench(DATA / "bench")
        self.assertEqual(status, 0, report)
        self.assertEqual(report["schemas"]["passed"], 2)
        self.assertEqual(report["instances"]["valid_accepted"], 3)
        self.assertEqual(report["instances"]["invalid_rejected"], 5)
        self.assertGreater(report["times"]["mask"]["count"], 20)

    def test_wrong_marks_are_told_and_fail(self):
        status, report = bench(DATA / "wrong", "--list", "accepted")
        self.assertEqual(status, 1)
        self.assertEqual(report["schemas"]["failed"], 1)
        self.assertEqual(report["instances"]["invalid_accepted"], 1)
        self.assertEqual(report["instances"]["valid_rejected"], 1)
        self.assertIn("valid, marked as invalid", report["list"][0])
        self.assertIn("marks.json [0]", report["list"][0])
        _, report = bench(DATA / "wrong", "--list", "rejected")
        self.assertIn("invalid, marked as valid", report["list"][0])

    def test_a_suite_file_is_a_list_of_schemas(self):
        status, report = bench(DATA / "suite", "--list", "declined")
        self.assertEqual(status, 0, report)
        self.assertEqual(report["schemas"]["all"], 2)
        self.assertEqual(report["schemas"]["passed"], 1)
        self.assertEqual(report["schemas"]["compile_errors"], 1)
        self.assertEqual(report["instances"]["not_judged"], 1)
        self.assertIn("counts.json [1]", report["list"][0])

    def test_files_of_other_forms_are_counted_apart(self):
        status, report = bench(DATA, "--limit", 3)
        self.assertEqual(report["schemas"]["all"], 3)
        status, report = bench(DATA)
        self.assertEqual(status, 1)
        self.assertEqual(report["schemas"]["all"], 5)
        self.assertEqual(report["files"]["other"], 1)
        self.assertEqual(ganglion("bench", DATA / "other").returncode, 2)
        self.assertEqual(ganglion("bench", DATA / "missing").returncode, 2)

    def test_files_that_are_no_json_are_told(self):
        folder = FOLDER / "broken"
        folder.mkdir()
        shutil.copy(DATA / "bench" / "pose.json", folder)
        (folder / "half.json").write_text('{"schema": {')
        done = ganglion("bench", folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("half.json", done.stderr)

    def test_what_takes_long_is_stopped_and_the_rest_goes_on(self):
        # Together some seconds on any machine, while the other schema takes a thousandth of one.
        texts = [{"description": "a long text", "data": "x" * 1_000_000, "valid": True}] * 20
        one = {"description": "one", "data": 1, "valid": True}
        path = written("long.json", [
            {"description": "a text", "schema": {"type": "string"}, "tests": texts},
            {"description": "a count", "schema": {"type": "integer"}, "tests": [one]}])
        status, report = bench(path, "--time-limit", 2)
        self.assertEqual(status, 1)
        self.assertEqual(report["schemas"]["time_outs"], 1)
        self.assertEqual(report["schemas"]["passed"], 1)

    def test_published_schemas_end_without_a_crash_and_let_nothing_invalid_through(self):
        folder = SHARED / "schemas"
        if not folder.is_dir():
            self.skipTest("no schemas beside this checkout")
        for part in ("bench", "suite"):
            status, report = bench(folder / part)
            self.assertEqual(report["instances"]["invalid_accepted"], 0)
            self.assertEqual(report["instances"]["mask_and_accept_disagree"], 0)
            self.assertEqual(report["schemas"]["crashes"], 0)
            self.assertEqual(report["schemas"]["time_outs"], 0)
            self.assertGreater(report["schemas"]["passed"], 50)
            self.assertEqual(status, 0)


class Check(unittest.TestCase):
    def test_an_enforced_schema_has_an_example(self):
        schema = {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"],
                  "additionalProperties": False}
        done = ganglion("check", written("on.json", schema), "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["verdict"], "enforced")
        self.assertIn(json.loads(report["example"]), ({"on": True}, {"on": False}))
        self.assertGreater(report["masks"]["count"], 100)

    def test_a_refusal_names_the_place(self):
        schema = {"type": "object", "properties": {"a": {"$ref": "https://example.org/other"}}}
        done = ganglion("check", written("remote.json", schema))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("#/properties/a", done.stdout)

    def test_what_is_no_schema_has_a_status_of_its_own(self):
        for text in ("{", "[]", '{"type": "flag"}'):
            self.assertEqual(ganglion("check", written("none.json", text)).returncode, 2, text)
        self.assertEqual(ganglion("check", FOLDER / "missing").returncode, 2)
        self.assertEqual(
            ganglion("check", DATA / "other" / "notes.json", "--draft", "9").returncode, 2)


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
