#!/usr/bin/env python3
"""`ganglion serve` from outside: answers, streams, clients that leave, tokens, TLS, and its end.

    serve_test.py GANGLION MODEL_MAKER FOLDER [unittest arguments]

Standard library only, loopback only. Nothing here depends on what the model says.
"""

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from live_server import free_port  # noqa: E402

GANGLION, MODEL_MAKER, FOLDER = sys.argv[1:4]
START_SECONDS_MAX = 60
WAIT_SECONDS_MAX = 20
LONG_ANSWER_TOKENS = 6000  # longer than any test reads


def wait_for(condition, what: str, seconds: float = WAIT_SECONDS_MAX):
    """What `condition` gives, once that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s for {what}")


class Server:
    """One server with the model "chat". `config` is added to its YAML."""

    def __init__(self, config: str = "", tls=None):
        self.port = free_port()
        self.tls = tls
        self.path = os.path.join(FOLDER, f"serve-{self.port}.yaml")
        self.log_path = os.path.join(FOLDER, f"access-{self.port}.log")
        listen = f"listen:\n  port: {self.port}\n"
        if tls:
            listen += f"  tls: {{certificate: {tls[0]}, key: {tls[1]}}}\n"
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(f"{listen}models: [{{file: {FOLDER}/chat.gguf, threads: 2}}]\n"
                       f"access_log: {self.log_path}\ndrain_seconds: 10\n{config}")

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen([GANGLION, "serve", "--config", self.path],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.first_line = self.process.stdout.readline()  # comes once it is ready
        if not self.first_line:
            raise RuntimeError(f"the server did not start: {self.process.stderr.read()}")
        return self

    def __exit__(self, kind, error, trace) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def connect(self) -> http.client.HTTPConnection:
        if not self.tls:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        context = ssl.create_default_context(cafile=self.tls[0])
        return http.client.HTTPSConnection("localhost", self.port, timeout=30, context=context)

    def ask(self, method: str, path: str, body=None, token: str = ""):
        """Status, headers, and the body as JSON where it is."""
        connection = self.connect()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = json.dumps(body) if isinstance(body, dict) else body
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status, answer.headers, json.loads(text) if is_json else text.decode()

    def stream(self, tokens: int):
        """A connection whose answer has begun, and the answer."""
        connection = self.connect()
        connection.request("POST", "/v1/chat/completions", json.dumps(
            {"model": "chat", "messages": [{"role": "user", "content": "hello"}],
             "max_tokens": tokens, "stream": True, "ignore_eos": True}))
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert answer.readline().startswith(b"data: ")
        return connection, answer

    def metric(self, name: str) -> float:
        """The sum of its series; nothing where there is none."""
        values = [float(line.rsplit(" ", 1)[1]) for line in self.ask("GET", "/metrics")[2].split("\n")
                  if line.startswith((name + " ", name + "{"))]
        return sum(values) if values else None

    def end(self, seconds: float = 30) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


COMPLETION = {"model": "chat", "prompt": "a secret of mine", "max_tokens": 8, "seed": 1}


class ServeTest(unittest.TestCase):
    def test_answers_and_logs_without_a_word_of_them(self):
        with Server() as server:
            self.assertEqual(server.first_line,
                             f"ganglion: serving chat at http://127.0.0.1:{server.port}\n")
            self.assertEqual(server.ask("GET", "/ready")[2]["status"], "ready")
            status, headers, answer = server.ask("POST", "/v1/completions", COMPLETION)
            self.assertEqual(status, 200, answer)
            self.assertIn("text", answer["choices"][0])
            generated = answer["usage"]["completion_tokens"]
            self.assertGreater(generated, 0)
            status, _, chat = server.ask("POST", "/v1/chat/completions", {
                "model": "chat", "max_tokens": 8,
                "messages": [{"role": "user", "content": "another secret"}]})
            self.assertEqual(status, 200, chat)
            self.assertEqual(chat["choices"][0]["message"]["role"], "assistant")
            connection, stream = server.stream(10)
            self.assertIn(b"data: [DONE]", stream.read())
            connection.close()
            self.assertEqual(server.end(), 0)
            with open(server.log_path, encoding="utf-8") as file:
                text = file.read()
        self.assertNotIn("secret", text)
        lines = [json.loads(line) for line in text.splitlines()]
        logged = [line for line in lines if line["id"] == headers["x-request-id"]]
        self.assertEqual(len(logged), 1)
        self.assertEqual(logged[0]["model"], "chat")
        self.assertEqual(logged[0]["generated_tokens"], generated)
        self.assertEqual(logged[0]["status"], 200)

    def test_a_client_that_leaves_frees_what_it_held(self):
        with Server() as server:
            streams = [server.stream(LONG_ANSWER_TOKENS) for _ in range(4)]
            wait_for(lambda: server.metric("ganglion_generated_tokens_total") is not None, "metrics")
            for connection, answer in streams:
                answer.close()
                connection.close()
            wait_for(lambda: server.metric("ganglion_requests_running") == 0
                     and server.metric("ganglion_requests_waiting") == 0, "an idle engine")
            wait_for(lambda: server.metric("vllm:kv_cache_usage_perc") in (0, None), "free pages")
            ended = 'ganglion_requests_total{model="chat",priority="interactive",outcome="%s"}'
            wait_for(lambda: server.metric(ended % "cancelled") == 4, "four cancellations")
            self.assertEqual(server.ask("POST", "/v1/completions", COMPLETION)[0], 200)
            self.assertEqual(server.metric(ended % "error"), 0)
            self.assertEqual(server.end(), 0)

    def test_bad_requests_are_told_and_counted(self):
        with Server("limits: {body: 64KB}\n") as server:
            self.assertEqual(server.ask("POST", "/v1/completions", "{nonsense")[0], 400)
            status, _, body = server.ask("POST", "/v1/completions", {**COMPLETION, "model": "gpt-9"})
            self.assertEqual((status, body["error"]["code"]), (404, "model_not_found"))
            status, _, body = server.ask("POST", "/v1/completions", {**COMPLETION, "max_tokens": -1})
            self.assertEqual((status, body["error"]["param"]), (400, "max_tokens"))
            self.assertEqual(server.ask("GET", "/v1/nothing")[0], 404)
            self.assertEqual(server.ask("GET", "/v1/completions")[0], 405)
            self.assertEqual(server.ask("POST", "/v1/completions", "x" * 100_000)[0], 413)
            with socket.create_connection(("127.0.0.1", server.port)) as raw:
                raw.sendall(b"\x16\x03\x01garbage\r\n\r\n")
                self.assertIn(b"400", raw.recv(4096))
            self.assertGreater(server.metric("ganglion_requests_refused_total"), 1)
            self.assertEqual(server.metric("vllm:e2e_request_latency_seconds_count"), 0)
            self.assertEqual(server.ask("POST", "/v1/completions", COMPLETION)[0], 200)
            self.assertEqual(server.end(), 0)

    def test_answers_are_validated_where_no_grammar_enforces_them(self):
        def body(least, **more):  # of 0 to 3, only 0 is a multiple
            schema = {"type": "integer", "minimum": least, "maximum": 3, "multipleOf": 65537}
            return {**COMPLETION, "guided_json": schema, "temperature": 1, **more}

        with Server() as server:
            status, _, refused = server.ask("POST", "/v1/completions", body(0))
            self.assertEqual((status, refused["error"]["code"]), (400, "unsupported"))
            self.assertIn('#: the keyword "multipleOf"', refused["error"]["message"])
            for stream in (False, True):
                status, _, never = server.ask("POST", "/v1/completions", body(
                    1, unenforced="validate", unenforced_retries=3, stream=stream))
                self.assertEqual((status, never["error"]["code"]), (422, "invalid_answer"), never)
                self.assertIn("(tries: 4)", never["error"]["message"])
                self.assertIn("(#/multipleOf)", never["error"]["message"])
            self.assertEqual(server.metric("ganglion_answer_retries_total"), 6)
            self.assertEqual(server.metric("ganglion_invalid_answers_total"), 2)
            texts = []
            for seed in range(64):
                status, _, answer = server.ask("POST", "/v1/completions", body(
                    0, unenforced="validate", unenforced_retries=8, seed=seed))
                self.assertIn(status, (200, 422), answer)
                if status == 200:
                    texts.append(answer["choices"][0]["text"])
            self.assertEqual(set(texts), {"0"})
            self.assertEqual(server.end(), 0)

    def test_tokens_are_asked_for_and_have_quotas(self):
        config = "tokens:\n"
        for name, more in (("all", ""), ("few", "requests_per_minute: 2"),
                           ("short", "tokens_per_minute: 5"), ("slow", "priorities: [batch]")):
            digest = hashlib.sha256(f"{name}-secret".encode()).hexdigest()
            config += f"  - {{name: {name}, sha256: {digest}, {more or 'concurrent: 0'}}}\n"
        with Server(config) as server:
            for token in ("", "wrong", "all"):
                status, headers, body = server.ask("POST", "/v1/completions", COMPLETION, token)
                self.assertEqual((status, body["error"]["code"]), (401, "invalid_api_key"))
                self.assertEqual(headers["WWW-Authenticate"], "Bearer")
            self.assertEqual(server.ask("GET", "/v1/models")[0], 401)
            for path in ("/health", "/ready", "/metrics"):  # the last from loopback
                self.assertEqual(server.ask("GET", path)[0], 200)
            self.assertEqual(server.ask("POST", "/v1/completions", COMPLETION, "all-secret")[0], 200)
            for token, first in (("few-secret", 2), ("short-secret", 1)):
                for _ in range(first):
                    status, headers, _ = server.ask("POST", "/v1/completions", COMPLETION, token)
                    self.assertEqual(status, 200)
                status, headers, body = server.ask("POST", "/v1/completions", COMPLETION, token)
                self.assertEqual((status, body["error"]["code"]), (429, "rate_limit_exceeded"))
                self.assertGreaterEqual(int(headers["Retry-After"]), 1)
            self.assertEqual(headers["x-ratelimit-limit-tokens"], "5")
            self.assertEqual(headers["x-ratelimit-remaining-tokens"], "0")
            self.assertEqual(server.ask("GET", "/v1/models", token="few-secret")[0], 200)
            urgent = {**COMPLETION, "priority": "realtime"}
            self.assertEqual(server.ask("POST", "/v1/completions", urgent, "all-secret")[0], 200)
            self.assertEqual(server.ask("POST", "/v1/completions", urgent, "slow-secret")[0], 403)
            self.assertEqual(server.ask("POST", "/v1/completions", COMPLETION, "slow-secret")[0], 200)
            self.assertEqual(server.end(), 0)
            with open(server.log_path, encoding="utf-8") as file:
                text = file.read()
        self.assertIn('"tenant":"few"', text)
        self.assertNotIn("-secret", text)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_speaks_tls(self):
        certificate, key = (os.path.join(FOLDER, name) for name in ("server.pem", "server.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                        "-out", certificate], check=True, capture_output=True)
        with Server(tls=(certificate, key)) as server:
            self.assertIn(f"at https://127.0.0.1:{server.port}", server.first_line)
            self.assertEqual(server.ask("POST", "/v1/completions", COMPLETION)[0], 200)
            with self.assertRaises((http.client.HTTPException, OSError)):
                plain = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
                plain.request("GET", "/health")
                plain.getresponse()
            self.assertEqual(server.end(), 0)

    def test_finishes_answers_before_it_ends(self):
        with Server() as server:
            connection, stream = server.stream(200)
            server.process.send_signal(signal.SIGTERM)

            def refuses() -> bool:
                try:
                    return server.ask("GET", "/health")[0] == 503
                except OSError:
                    return True
            wait_for(refuses, "refusals")
            self.assertIn(b"data: [DONE]", stream.read())
            connection.close()
            self.assertEqual(server.process.wait(30), 0)

    def test_cuts_answers_that_take_longer_than_the_drain(self):
        with Server() as server:
            pass  # its file is needed only
        with open(server.path, encoding="utf-8") as file:
            text = file.read().replace("drain_seconds: 10", "drain_seconds: 0.2")
        with open(server.path, "w", encoding="utf-8") as file:
            file.write(text)
        with server:
            kept = server.stream(LONG_ANSWER_TOKENS)
            began = time.monotonic()
            self.assertEqual(server.end(), 0)
            self.assertLess(time.monotonic() - began, 8)
            self.assertIn("were cut", server.process.stderr.read())
            kept[0].close()

    def test_a_second_signal_ends_it_at_once(self):
        with Server() as server:
            kept = server.stream(LONG_ANSWER_TOKENS)
            server.process.send_signal(signal.SIGTERM)
            wait_for(lambda: not self.listens(server), "the end of listening")
            server.process.send_signal(signal.SIGINT)
            self.assertEqual(server.process.wait(5), 128 + signal.SIGINT)
            kept[0].close()

    @staticmethod
    def listens(server) -> bool:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
            return True
        except OSError:
            return False

    def test_what_cannot_start_says_why(self):
        def error_of(*arguments) -> str:
            done = subprocess.run([GANGLION, "serve", *arguments], capture_output=True, text=True,
                                  timeout=START_SECONDS_MAX, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            return done.stderr

        self.assertIn("no model: give --model FILE", error_of())
        self.assertIn("No such file", error_of("--model", "/nowhere.gguf"))
        self.assertIn("cannot open /nowhere.yaml", error_of("--config", "/nowhere.yaml"))
        wrong = os.path.join(FOLDER, "wrong.yaml")
        with open(wrong, "w", encoding="utf-8") as file:
            file.write("listen:\n  prot: 1\n")
        self.assertIn("line 2: serve.listen: unknown key 'prot'; did you mean 'port'?",
                      error_of("--config", wrong))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            said = error_of("--model", f"{FOLDER}/chat.gguf", "--port", port)
            self.assertIn(port, said)
            self.assertIn("in use", said)
        self.assertIn("token", error_of("--model", f"{FOLDER}/chat.gguf", "--host", "0.0.0.0",
                                        "--port", "0"))


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    subprocess.run([MODEL_MAKER, f"{FOLDER}/chat.gguf"], check=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
