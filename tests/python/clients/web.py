import asyncio
import json

import requests
from server import serve


async def verbs(base):
    print(requests.options(f"{base}/o").json()["method"], requests.delete(f"{base}/d").json()["method"])
    print(requests.put(f"{base}/p", data={"a": ["1", "2"], "b": "x y"}).json()["body"])
    print(requests.patch(f"{base}/p", data=json.dumps({"k": 1}), headers={"X-A": "h"}).json())
    print(requests.request("POST", f"{base}/r", data="raw", timeout=(2, 5)).json())
    print(requests.post(f"{base}/b", data=b"bytes").json(), requests.post(f"{base}/n").json())
    sent = requests.post(f"{base}/j", json={"a": [1, None]}).json()
    print(sent["Content-Type"], json.loads(sent["body"]))
    print(requests.post(base, files={"f": ("n.txt", b"data", "text/plain")}).json()["body"])


async def query(base):
    print(requests.get(base + "/q", params={"a": 1, "b": ["x", "y z"], "c": "é/"}).json()["path"])
    print(requests.get(base + "/q", {"a": "1"}, timeout=3).json()["path"])
    print(requests.get(base + "/q", params=[("a", "1"), ("a", "2")]).json()["path"])
    for value in ("it's", 'x"y', "a/b:c@d,e$f!g*h(i)~", "é&=", "", 1.5):
        print(requests.get(base + "/q", params={"k k": value}).json()["path"])
    for path in ("/a b", "/é", "/a%2Fb", "/x?y=a b", "/x?y=a+b&z=%20", "/x#part", "/{x}", "/x?y"):
        print(requests.get(base + path).json()["path"])


async def redirects(base):
    print(requests.get(f"{base}/302").json()["path"])
    print(requests.get(f"{base}/302", allow_redirects=False).headers["Location"])
    print(requests.head(f"{base}/302").status_code, requests.head(f"{base}/302", allow_redirects=True).status_code)
    for code in (302, 303, 307, 308):
        last = requests.post(f"{base}/{code}", data={"a": "b"})
        print([step.status_code for step in last.history], last.url.rpartition("/")[2], last.json()["method"], last.json()["body"])
    print(len(requests.get(f"{base}/chain/19").history))


async def status(base):
    for code in (200, 404, 500):
        response = requests.get(f"{base}/status/{code}")
        if not response.ok:
            print(code, response.reason, response.url.rpartition("/")[2])
        try:
            response.raise_for_status()
        except requests.HTTPError as error:
            print("raised", error.response.status_code)


async def failures(base):
    urls = ("/slow", "/loop", "/drop", "/latin")
    for url in (*(base + path for path in urls), "http://127.0.0.1:1/", "nonsense", "ftp://127.0.0.1/", "http://"):
        try:
            response = requests.get(url, timeout=0.3)
            print(response.text, response.encoding)
        except requests.Timeout:
            print("timeout")
        except requests.TooManyRedirects:
            print("redirects")
        except requests.ConnectionError:
            print("connection")
        except (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL):
            print("url")


async def waits(base):
    for limit in ((2, 0.2), 0.2):
        try:
            requests.get(base + "/slow", timeout=limit)
        except requests.ReadTimeout:
            print("read")
    try:
        requests.get(base + "/slow", timeout=0.2)
    except OSError:
        print("of the system")
    print(requests.get(base + "/slow").text, requests.get(base + "/slow", timeout=None).text)


async def half(base):
    try:
        return requests.get(base + "/half", timeout=3).text
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        return "half"


async def body(base):
    for path in ("/big", "/echo", "/nowhere:1"):
        try:
            print(sorted(requests.get(base + path).json())[:1])
        except requests.JSONDecodeError:
            print("not json")
    try:
        return requests.get(base + "/big").json()
    except requests.RequestException:
        return "not json"


async def headers(base):
    response = requests.get(base + "/gzip", headers={"x-a": "1"}, timeout=3)
    print(response.headers["content-ENCODING"], response.headers.get("nope"), "Content-Length" in response.headers)
    return len(response.content), len(response.text), response.links, response.elapsed.total_seconds() < 3


async def together(base):
    return [part.json()["path"] for part in await asyncio.gather(*(one(base, number) for number in range(3)))]


async def one(base, number):
    response = requests.get(f"{base}/{number}", timeout=3)
    return await asyncio.sleep(0, Answer(response.text))


class Answer:
    def __init__(self, text):
        self.text = text

    def json(self):
        return json.loads(self.text)


async def main():
    base = serve()
    for step in (verbs, query, redirects, status, failures, waits, half, body, headers, together):
        print(step.__name__, await step(base))


asyncio.run(main())
