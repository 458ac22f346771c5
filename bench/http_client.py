"""A small HTTP client for the load programs of this folder: keep-alive, streams of server-sent
events, the time at which each arrived. Standard library only; one connection an object."""

import asyncio
import json
import time

HEAD_MAX = 64 << 10


class Gone(Exception):
    """The server closed the connection or answered something that is no HTTP."""


class Connection:
    def __init__(self, host, port):
        self.host, self.port = host, port
        self.reader = self.writer = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=1 << 20)

    def close(self):
        if self.writer is not None:
            self.writer.transport.abort()
        self.reader = self.writer = None

    async def send(self, method, path, body=None):
        if self.writer is None:
            await self.open()
        data = b"" if body is None else json.dumps(body).encode()
        head = (f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n")
        try:
            self.writer.write(head.encode() + data)
            await self.writer.drain()
        except ConnectionError as error:
            self.close()
            raise Gone(str(error)) from error

    async def head(self):
        try:
            raw = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            self.close()
            raise Gone(str(error)) from error
        lines = raw.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1."):
            raise Gone(f"not an HTTP answer: {lines[0][:80]}")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return int(parts[1]), headers

    async def parts(self, headers):
        """The body as it comes: chunks, or one piece of known length."""
        try:
            if headers.get("transfer-encoding", "").lower() == "chunked":
                while True:
                    size = int((await self.reader.readline()).split(b";")[0] or b"0", 16)
                    data = await self.reader.readexactly(size + 2)
                    if size == 0:
                        break
                    yield data[:-2]
            elif "content-length" in headers:
                yield await self.reader.readexactly(int(headers["content-length"]))
            else:
                yield await self.reader.read()
                self.close()
                return
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            self.close()
            raise Gone(str(error)) from error
        if headers.get("connection", "").lower() == "close":
            self.close()

    async def request(self, method, path, body=None):
        """Returns the status, the headers and the whole body."""
        await self.send(method, path, body)
        status, headers = await self.head()
        whole = b"".join([part async for part in self.parts(headers)])
        return status, headers, whole

    async def events(self, path, body):
        """Yields (seconds on the monotonic clock, data) of each event of a stream."""
        was_open = self.writer is not None
        await self.send("POST", path, body)
        try:
            status, headers = await self.head()
        except Gone:
            if not was_open:
                raise
            await self.send("POST", path, body)  # an idle connection may have been closed
            status, headers = await self.head()
        if status != 200:
            whole = b"".join([part async for part in self.parts(headers)])
            raise Gone(f"{path}: HTTP {status}: {whole[:300].decode(errors='replace')}")
        rest = b""
        async for part in self.parts(headers):
            now = time.monotonic()
            rest += part
            while True:
                end = rest.find(b"\n\n")
                if end < 0:
                    break
                event, rest = rest[:end], rest[end + 2:]
                if event.startswith(b"data: "):
                    yield now, event[6:]


async def model_name(host, port):
    """What requests call the first model of the server."""
    connection = Connection(host, port)
    status, _, body = await connection.request("GET", "/v1/models")
    connection.close()
    if status != 200:
        raise Gone(f"/v1/models: HTTP {status}")
    return json.loads(body)["data"][0]["id"]
