"""A `ganglion serve` with tiny models on a free port, for tests that speak to one.

    with LiveServer(ganglion, model_maker, folder) as server:
        server.url, server.key
"""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import time

KEY = "test-token"
SKIP = 77  # how a test says that it cannot run here
START_SECONDS_MAX = 60
END_SECONDS_MAX = 30

CONFIG = """\
listen:
  port: {port}
models:
  - file: {folder}/chat.gguf
    threads: 2
  - file: {folder}/embed.gguf
    role: embed
    threads: 1
{tokens}drain_seconds: 5
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LiveServer:
    def __init__(self, ganglion: str, model_maker: str, folder: str, needs_key: bool = True):
        self.ganglion, self.model_maker, self.folder = ganglion, model_maker, folder
        self.key = KEY if needs_key else None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "LiveServer":
        os.makedirs(self.folder, exist_ok=True)
        for name in ("chat", "embed"):
            subprocess.run([self.model_maker, f"{self.folder}/{name}.gguf"], check=True)
        tokens = ""
        if self.key:
            digest = hashlib.sha256(self.key.encode()).hexdigest()
            tokens = f"tokens:\n  - name: test\n    sha256: {digest}\n"
        path = f"{self.folder}/serve.yaml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(port=self.port, folder=self.folder, tokens=tokens))
        self.log = open(f"{self.folder}/server.log", "wb")
        self.process = subprocess.Popen([self.ganglion, "serve", "--config", path],
                                        stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=subprocess.STDOUT)
        try:
            self._wait_until_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        return self

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS_MAX
        while not self._is_ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at once:\n{self.log_text()}")
            if time.monotonic() > end:
                raise RuntimeError(f"the server is not ready:\n{self.log_text()}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def log_text(self) -> str:
        self.log.flush()
        with open(f"{self.folder}/server.log", encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]

    def __exit__(self, kind, error, trace) -> None:
        """Asks the server to drain, and checks that it ends well."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"the server did not end within {END_SECONDS_MAX} s") from error
        finally:
            self.log.close()
        if status != 0 and kind is None:
            with open(f"{self.folder}/server.log", encoding="utf-8", errors="replace") as file:
                raise RuntimeError(f"the server ended with {status}:\n{file.read()[-4000:]}")
