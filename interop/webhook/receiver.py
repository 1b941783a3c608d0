"""A receiver of webhooks, in Python's standard library: it answers what it gets,
verifies signatures and keeps what came."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def genuine(secret, headers, body):
    """Says whether a request was signed with the secret (Standard Webhooks 1.0.0)."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    want = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and any(hmac.compare_digest(want, given) for given in headers["webhook-signature"].split())


class Receiver:
    """Listens on a free port of this machine. `got` has (event, headers, body) in the order they came."""

    def __init__(self):
        self.got = []
        self.status = 200
        self.changed = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = json.loads(body)
                with outer.changed:
                    outer.got.append((event, {k.lower(): v for k, v in self.headers.items()}, body))
                    status = outer.status
                    outer.changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, kind, count=1, seconds=60):
        """Waits for so many events of a type and returns them."""
        with self.changed:
            end = time.monotonic() + seconds
            while True:
                found = [g for g in self.got if g[0]["type"] == kind]
                left = end - time.monotonic()
                if len(found) >= count or left <= 0:
                    return found
                self.changed.wait(left)

    def close(self):
        self.server.shutdown()
