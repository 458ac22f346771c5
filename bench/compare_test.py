#!/usr/bin/env python3
"""Tests of bench/compare: what it asks of the programs, what it reads in their answers, its sums.

The programs here are shell scripts that print what such programs print.
"""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import stat
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
loader = importlib.machinery.SourceFileLoader("compare", os.path.join(HERE, "compare"))
loader.exec_module(compare := importlib.util.module_from_spec(
    importlib.util.spec_from_loader("compare", loader)))
Test = compare.Test

LLAMA_BENCH_PP = """[
  {
    "model_filename": "model.gguf",
    "n_threads": 2,
    "n_prompt": 512,
    "n_gen": 0,
    "n_depth": 0,
    "avg_ns": 1062940590,
    "avg_ts": 481.684328,
    "samples_ts": [ 482.593, 480.775 ]
  }
]
"""
# The other dialect: generation after a prompt has both numbers, and there may be lines before.
LLAMA_BENCH_GP = """loading
[
  {
    "n_prompt": 2048,
    "n_gen": 32,
    "avg_ts": 19.25,
    "test": "tg32@pp2048"
  }
]
"""
BATCHED_JSON = (
    '{"pp": 128, "tg": 64, "pl": 1, "t_tg": 1.4, "speed_tg": 45.467659, "speed": 182.0}\n'
    '{"pp": 128, "tg": 64, "pl": 4, "t_tg": 2.3, "speed_tg": 107.307114, "speed": 355.9}\n')
BATCHED_TABLE = """main: n_kv_max = 2048

|    PP |     TG |    B |   N_KV |   T_PP s | S_PP t/s |   T_TG s | S_TG t/s |      T s |    S t/s |
|-------|--------|------|--------|----------|----------|----------|----------|----------|----------|
|   128 |     32 |    1 |    160 |    0.274 |   467.16 |    0.901 |    35.52 |    1.175 |   136.18 |
|   128 |     32 |    4 |    640 |    1.049 |   488.22 |    2.008 |    63.74 |    3.057 |   209.36 |

timings: total
"""


def ganglion_json(kind, speed):
    return json.dumps({"prefill": [], "decode": [], "batched": [],
                       kind: [{"tokens": 8, "tokens_per_second": {"median": speed}}]})


class Reading(unittest.TestCase):
    def test_the_speed_is_read_from_each_program(self):
        self.assertEqual(compare.llama_bench_speed(Test("pp", 512), LLAMA_BENCH_PP), 481.684328)
        self.assertEqual(compare.llama_bench_speed(Test("tg", 32, 2048), LLAMA_BENCH_GP), 19.25)
        four = Test("batch", 32, 128, 4)
        self.assertEqual(compare.batched_speed(four, BATCHED_JSON), 107.307114)
        self.assertEqual(compare.batched_speed(four, BATCHED_TABLE), 63.74)
        self.assertEqual(compare.ganglion_speed(Test("tg", 8), ganglion_json("decode", 46.5)), 46.5)

    def test_a_result_of_another_test_is_refused(self):
        with self.assertRaisesRegex(ValueError, "n_gen 0, not 64"):
            compare.llama_bench_speed(Test("tg", 64), LLAMA_BENCH_PP)
        with self.assertRaisesRegex(ValueError, "no row for 8"):
            compare.batched_speed(Test("batch", 32, 128, 8), BATCHED_TABLE)
        with self.assertRaisesRegex(ValueError, "0 results"):
            compare.ganglion_speed(Test("pp", 8), ganglion_json("decode", 1.0))

    def test_a_skipped_test_says_why(self):
        text = json.dumps({"decode": [{"tokens": 8, "skipped": "no memory"}]})
        with self.assertRaisesRegex(ValueError, "skipped: no memory"):
            compare.ganglion_speed(Test("tg", 8), text)


class Asking(unittest.TestCase):
    def arguments(self, test, help_text=""):
        return " ".join(compare.llama_bench_arguments(test, "m.gguf", 2, help_text))

    def test_depth_is_asked_for_in_the_dialect_of_the_program(self):
        deep = Test("tg", 32, 2048)
        self.assertIn("-p 0 -n 32 -d 2048", self.arguments(deep, "-d, --n-depth <n>"))
        self.assertIn("-p 0 -n 0 -gp 2048,32", self.arguments(deep, "-gp <pp,tg>"))
        with self.assertRaisesRegex(compare.Failure, "neither -d nor -gp"):
            self.arguments(deep)

    def test_one_process_runs_one_test(self):
        self.assertIn("-p 512 -n 0", self.arguments(Test("pp", 512)))
        self.assertIn("-p 0 -n 128", self.arguments(Test("tg", 128)))
        ours = " ".join(compare.ganglion_arguments(Test("tg", 8, 64), "m.gguf", 2))
        self.assertIn("-p 0 -n 0 --depth 64 --batch 0 --depth-generate 8", ours)
        batched = " ".join(compare.batched_arguments(Test("batch", 64, 128, 8), "m.gguf", 2))
        self.assertIn("-npp 128 -ntg 64 -npl 8 -c 1536", batched)


class Sums(unittest.TestCase):
    def test_ratios_are_of_pairs_and_not_of_medians(self):
        row = compare.summary([10.0, 20.0, 40.0], [10.0, 10.0, 40.0])
        self.assertEqual((row["ganglion"], row["peer"]), (20.0, 10.0))
        self.assertEqual((row["ratio"], row["ratio_least"], row["ratio_most"]), (1.0, 1.0, 2.0))
        self.assertTrue(row["noisy"])
        self.assertFalse(compare.summary([10.0, 11.0], [5.0, 5.5])["noisy"])

    def test_the_share_of_the_quiet_speed(self):
        text = compare.busy_text({"ganglion": [40.0], "ik": [50.0]},
                                 {"ganglion": [20.0], "ik": [5.0]})
        self.assertTrue(text.endswith("ganglion 50 %, ik 10 %"), text)


class Whole(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.model = self.path("model.gguf")
        with open(self.model, "w", encoding="utf-8") as file:
            file.write("GGUF")
        self.ours = self.program("ours", f"""
case "$*" in
  *"-p 512"*) echo '{ganglion_json("prefill", 960.0)}' ;;
  *"--batch 4"*) echo '{ganglion_json("batched", 127.48)}' ;;
  *) echo '{ganglion_json("decode", 40.0)}' ;;
esac""")

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def program(self, name, body):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{body}\n")
        os.chmod(self.path(name), stat.S_IRWXU)
        return self.path(name)

    def run_compare(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = compare.main(["--model", self.model, "--ganglion", self.ours, *arguments])
        return status, out.getvalue(), err.getvalue()

    def test_pairs_are_run_and_reported(self):
        peer = self.program("llama-bench", f"cat <<'END'\n{LLAMA_BENCH_PP}END")
        batched = self.program("llama-batched-bench", f"cat >&2 <<'END'\n{BATCHED_TABLE}END")
        status, out, err = self.run_compare(
            "--peer", f"ik={peer} -rtr 1", "--peer-batched", batched, "-n", "0", "--batch", "4",
            "--batch-generate", "32", "--pairs", "2", "--json", self.path("out.json"))
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"pp 512 +960\.00 +481\.68 +1\.99 +1\.99 \.\. 1\.99 +ik\n")
        self.assertRegex(out, r"4 x tg 32 after 128 +127\.48 +63\.74 +2\.00 .* llama-batched-bench")
        with open(self.path("out.json"), encoding="utf-8") as file:
            written = json.load(file)
        self.assertEqual(written["tests"][0]["tokens_per_second"]["ganglion"], [960.0, 960.0])

    def test_a_busy_core_is_told_apart(self):
        peer = self.program("llama-bench", """cat <<'END'
[
  {"n_prompt": 0, "n_gen": 64, "avg_ts": 20.0}
]
END""")
        status, out, _ = self.run_compare("--peer", peer, "-p", "0", "-n", "64", "--pairs", "1",
                                          "--busy-core")
        self.assertEqual(status, 0)
        self.assertIn("tg 64, one core busy", out)
        self.assertIn("ganglion 100 %, llama-bench 100 %", out)

    def failure(self, *arguments):
        status, _, err = self.run_compare(*arguments)
        self.assertEqual(status, 1)
        return err

    def test_errors_say_what_is_wrong(self):
        self.assertIn("/nowhere/llama-bench is no program", self.failure(
            "--peer", "ik=/nowhere/llama-bench"))
        self.assertIn("give a program to compare with", self.failure())
        peer = self.program("peer", "echo no such flag >&2; exit 3")
        self.assertIn("exit status 3", self.failure("--peer", peer))
        self.assertIn("no such flag", self.failure("--peer", peer))
        self.assertIn("--batch needs --peer-batched", self.failure("--peer", peer, "--batch", "4"))
        mute = self.program("mute", "echo hello")
        self.assertIn('cannot read the result of "pp 512"', self.failure("--peer", mute))
        slow = self.program("slow", "exec tail -f /dev/null")
        self.assertIn("not done after 1 s", self.failure("--peer", slow, "--timeout", "1"))

    def test_a_model_that_is_not_there_is_named(self):
        self.model = "/nowhere/model.gguf"
        self.assertIn("/nowhere/model.gguf is no file", self.failure("--peer", "/bin/true"))


if __name__ == "__main__":
    unittest.main()
