"""A server on this machine that says what it was asked for."""

import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("latin-1")
        path = urlsplit(self.path).path
        if path == "/loop":
            self.reply(302, b"", Location="/loop")
        elif path in ("/302", "/303", "/307", "/308"):
            self.reply(int(path[1:]), b"", Location="echo?was=" + path[1:])
        elif path.startswith("/chain/"):
            steps = int(path[7:])
            self.reply(302, b"", Location=f"/chain/{steps - 1}" if steps > 1 else "/echo")
        elif path == "/drop":
            self.close_connection = True
        elif path == "/half":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
        elif path == "/slow":
            time.sleep(1.0)
            self.reply(200, b"slow")
        elif path == "/cookie":
            self.reply(200, b"set", Set_Cookie="a=1; Path=/")
        elif path == "/login":
            self.reply(302, b"", Set_Cookie="session=7; Path=/", Location="/echo")
        elif path == "/guarded":
            given = self.headers.get("Authorization") or ""
            ask = {} if given else {"WWW_Authenticate": 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'}
            self.reply(200 if given else 401, given.partition(" ")[0].encode(), **ask)
        elif path == "/gzip":
            self.reply(200, gzip.compress(b"packed " * 1000), Content_Encoding="gzip")
        elif path.startswith("/status/"):
            self.reply(int(path[8:]), b"{}")
        elif path == "/latin":
            self.reply(200, "caf\u00e9".encode("latin-1"), Content_Type="text/plain; charset=latin-1")
        elif path == "/big":
            self.reply(200, b"0123456789" * 5000)
        else:
            echo = {k: self.headers.get(k) for k in ("Authorization", "Cookie", "X-A", "Content-Type")}
            if echo["Content-Type"] and "boundary" in echo["Content-Type"]:
                echo["Content-Type"] = "multipart"
                body = "multipart with " + ("n.txt" if "n.txt" in body else "?")
            echo.update(method=self.command, path=self.path, body=body)
            self.reply(200, json.dumps(echo, sort_keys=True).encode(), Content_Type="application/json")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any

    def log_message(self, *args):
        pass


def serve():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
