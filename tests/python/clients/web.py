import asyncio
import json

import requests
from server import serve


async def verbs(base):
    print(requests.get(f"{base}/redirect").json()["path"])
    print(requests.get(f"{base}/redirect", allow_redirects=False).status_code)
    print(requests.head(f"{base}/redirect").status_code)
    print(requests.options(f"{base}/o").json()["method"], requests.delete(f"{base}/d").json()["method"])
    print(requests.put(f"{base}/p", data={"a": ["1", "2"], "b": "x y"}).json()["body"])
    print(requests.patch(f"{base}/p", data=json.dumps({"k": 1}), headers={"X-A": "h"}).json())
    print(requests.request("POST", f"{base}/r", data="raw", timeout=(2, 5)).json()["body"])


async def query(base):
    print(requests.get(base + "/q", params={"a": 1, "b": ["x", "y z"], "c": "é/"}).json()["path"])
    print(requests.get(base + "/q", {"a": "1"}, timeout=3).json()["path"])
    print(requests.get(base + "/q", params=[("a", "1"), ("a", "2")]).json()["path"])


async def auth(base):
    print(requests.get(base, auth=("u", "p")).json()["Authorization"])
    print(requests.get(base, cookies={"k": "v"}).json()["Cookie"])
    print(requests.post(base, files={"f": ("n.txt", b"data", "text/plain")}).json()["body"])


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
    for url in (base + "/slow", base + "/loop", "http://127.0.0.1:1/", "nonsense", base + "/latin"):
        try:
            response = requests.get(url, timeout=0.3)
            print(response.text, response.encoding)
        except requests.Timeout:
            print("timeout")
        except requests.TooManyRedirects:
            print("redirects")
        except requests.ConnectionError:
            print("connection")
        except (requests.exceptions.MissingSchema, requests.exceptions.InvalidURL):
            print("url")


async def body(base):
    try:
        return requests.get(base + "/big").json()
    except requests.RequestException:
        return "not json"


async def patient(base):
    return requests.get(base + "/slow").text


async def session(base):
    with requests.Session() as s:
        s.headers.update({"X-A": "session"})
        s.auth = ("a", "b")
        s.get(base + "/cookie")
        print(s.get(base + "/echo").json(), s.head(base + "/redirect").status_code)
        print(s.post(base + "/echo", data={"z": 1}).json()["body"])
    other = requests.Session()
    try:
        other.cookies.set("c", "d")
        print(other.get(base).json()["Cookie"])
    finally:
        other.close()


async def stream(base):
    n = 0
    with requests.get(base + "/big", stream=True, timeout=5) as response:
        print(response.status_code, response.headers["content-length"])
        for chunk in response.iter_content(1024):
            n += len(chunk)
    return n


async def main():
    base = serve()
    for step in (verbs, query, auth, status, failures, body, patient, session, stream):
        print(step.__name__, await step(base))


asyncio.run(main())
