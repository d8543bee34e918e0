"""Asks one address again and again over one kept connection, and says how often it was answered.

Runs as a process of its own and does as little as possible, so that what is measured is the server.
"""

import socket
import sys
import time


def ask(port: int, path: str, seconds: float) -> int:
    """How many answers came in so many seconds. Raises ValueError for one that is not 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()
    answered = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            line.sendall(request)
            said = line.recv(65536)
            if not said.startswith(b"HTTP/1.1 200 "):
                raise ValueError(f"{path}: {said[:300]!r}")
            head = said.index(b"\r\n\r\n") + 4
            at = said.lower().index(b"\r\ncontent-length:", 0, head) + 17
            missing = head + int(said[at : said.index(b"\r\n", at)]) - len(said)
            while missing > 0:
                more = line.recv(missing)
                if not more:
                    raise ValueError(f"{path}: the answer was cut off")
                missing -= len(more)
            answered += 1
    return answered


if __name__ == "__main__":
    print(ask(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
