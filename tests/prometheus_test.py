#!/usr/bin/env python3
"""The rules and the dashboard in deploy/, against a real Prometheus that scrapes a running server.

    prometheus_test.py GANGLION MODEL_MAKER FOLDER SOURCE_DIRECTORY

Exits with 77 and says why where prometheus and promtool are not installed (package prometheus).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from live_server import SKIP, LiveServer, free_port  # noqa: E402

GANGLION, MODEL_MAKER, FOLDER, SOURCE = sys.argv[1:5]
SCRAPE_SECONDS_MAX = 25
MODEL = "chat"

# What boards made for vLLM and for llama.cpp's server ask; each must have an answer that is a number.
BOARD_QUERIES = [
    'histogram_quantile(0.99, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket'
    '{model_name="M"}[1m])))',
    'rate(vllm:request_queue_time_seconds_sum{model_name="M"}[1m])',
    'sum by (finished_reason) (increase(vllm:request_success_total{model_name="M"}[1m]))',
    'sum(rate(vllm:prefix_cache_hits_total{engine=~".*"}[1m]))'
    ' / (sum(rate(vllm:prefix_cache_queries_total[1m])) > 0)',
    'sum by (le) (increase(vllm:request_generation_tokens_bucket{model_name="M"}[1m]))',
    'sum(vllm:num_requests_waiting_by_reason{reason="capacity"})',
    'rate(llamacpp:tokens_predicted_total[1m])',
]
# Of our own dashboard: under load without a share of these there is nothing to divide.
MAY_BE_EMPTY = ("draft_tokens_accepted", "forced_tokens")


def check(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def promtool(*arguments: str, text: str = "") -> str:
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True,
                          check=False)
    check(done.returncode == 0, f"promtool {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def read(path: str) -> str:
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


class Prometheus:
    """One that scrapes `target` each second, with our own rules."""

    def __init__(self, target: str):
        self.port = free_port()
        folder = os.path.join(FOLDER, "prometheus")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        config = read("deploy/prometheus/prometheus.yml").replace("127.0.0.1:8080", target)
        config = re.sub(r"(scrape|evaluation)_interval: \d+s", r"\1_interval: 1s", config)
        for name, text in (("prometheus.yml", config), ("rules.yml", read("deploy/prometheus/rules.yml"))):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.folder = folder

    def __enter__(self) -> "Prometheus":
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={self.folder}/prometheus.yml",
             f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def get(self, path: str, **arguments: str):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(arguments)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path} {arguments}: {error.read().decode()}") from error

    def query(self, expression: str) -> list:
        data = self.get("query", query=expression)
        return [data["result"]] if data["resultType"] == "scalar" else data["result"]

    def wait_for(self, expression: str) -> list:
        """Its result, once there is one that is not 0."""
        end = time.monotonic() + SCRAPE_SECONDS_MAX
        while time.monotonic() < end:
            try:
                result = self.query(expression)
                if any(float(series["value"][1]) > 0 for series in result):
                    return result
            except OSError:
                check(self.process.poll() is None, "prometheus ended")
            time.sleep(0.2)
        raise AssertionError(f"nothing came of {expression} within {SCRAPE_SECONDS_MAX} s")


def ask(server: LiveServer, count: int) -> None:
    for number in range(count):
        body = {"model": MODEL, "max_tokens": 12, "ignore_eos": True,
                "messages": [{"role": "user", "content": f"hello {number % 3}"}]}
        request = urllib.request.Request(f"{server.url}/v1/chat/completions",
                                         json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {server.key}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


class Load:
    """Requests one after the other, until it is left: rates need more than one scrape."""

    def __init__(self, server: LiveServer):
        self.server, self.error, self.over = server, None, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            while not self.over.wait(0.05):
                ask(self.server, 2)
        except Exception as error:  # told to the test's thread
            self.error = error

    def __enter__(self) -> "Load":
        self.thread.start()
        return self

    def __exit__(self, kind, error, trace) -> None:
        self.over.set()
        self.thread.join()
        if self.error and kind is None:
            raise self.error


def dashboard_queries() -> list[str]:
    board = json.loads(read("deploy/grafana/ganglion.json"))
    queries = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    check(len(queries) > 30, "the dashboard has lost its panels")
    return [query.replace("$__rate_interval", "1m").replace("$model", ".*")
            .replace("$instance", ".*") for query in queries]


def rule_expressions(prometheus: Prometheus) -> None:
    """Every rule is healthy; nothing fires on a server that does well."""
    groups = prometheus.get("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    check(len(rules) > 15, f"only {len(rules)} rules")
    for rule in rules:
        check(rule["health"] == "ok", f"rule {rule['name']}: {rule.get('lastError', rule['health'])}")
        prometheus.query(rule["query"])
        check(rule.get("state") != "firing", f"{rule['name']} fires: {rule.get('alerts')}")


def check_all(server: LiveServer, prometheus: Prometheus) -> None:
    prometheus.wait_for('up{job="ganglion"} == 1')
    # Two scrapes after the first answer, so that there are rates.
    prometheus.wait_for(f'increase(ganglion_requests_total{{model="{MODEL}",outcome="length"}}[1m])')
    prometheus.wait_for('rate(llamacpp:tokens_predicted_total[1m])')
    for query in BOARD_QUERIES:
        query = query.replace('"M"', f'"{MODEL}"')
        result = prometheus.query(query)
        check(bool(result), f"no result: {query}")
        check(all(series["value"][1] not in ("NaN", "+Inf") for series in result)
              or "quantile" not in query, f"not a number: {query}: {result}")
    names = prometheus.get("label/model_name/values", **{"match[]": "vllm:num_requests_running"})
    check(MODEL in names, f"the board's variable has {names}")
    for query in dashboard_queries():
        result = prometheus.query(query)
        check(bool(result) or any(part in query for part in MAY_BE_EMPTY), f"no result: {query}")
    prometheus.wait_for('ALERTS or on () count(model:ganglion_inter_token_jitter:p999_over_p50_5m)')
    rule_expressions(prometheus)


def main() -> int:
    for program in ("prometheus", "promtool"):
        if not shutil.which(program):
            print(f"SKIPPED: {program} is not installed; it comes with the package prometheus")
            return SKIP
    promtool("check", "rules", os.path.join(SOURCE, "deploy/prometheus/rules.yml"))
    promtool("check", "config", os.path.join(SOURCE, "deploy/prometheus/prometheus.yml"))
    began = time.monotonic()
    with LiveServer(GANGLION, MODEL_MAKER, FOLDER) as server:
        ask(server, 1)
        with Prometheus(f"127.0.0.1:{server.port}") as prometheus, Load(server):
            check_all(server, prometheus)
        text = urllib.request.urlopen(f"{server.url}/metrics", timeout=10).read().decode()
    own = "".join(line + "\n" for line in text.splitlines()
                  if "vllm:" not in line and "llamacpp:" not in line)
    said = promtool("check", "metrics", text=own)
    check(said == "", f"promtool about our metrics: {said}")
    print(f"prometheus: {len(BOARD_QUERIES)} queries of foreign boards, {len(dashboard_queries())} of"
          f" ours and all rules answered; {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
