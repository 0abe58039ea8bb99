import asyncio

import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
from server import serve


async def settings(base):
    with requests.Session() as s:
        s.headers.update({"X-A": "session"})
        s.auth = ("a", "b")
        s.get(base + "/cookie")
        print(s.get(base + "/echo").json(), s.head(base + "/302").status_code)
        print(s.post(base + "/echo", data={"z": 1}).json()["body"])
        s.headers["X-A"] = "later"
        print(s.get(base + "/echo", headers={"X-A": "own"}).json()["X-A"], s.get(base + "/echo").json()["X-A"])


async def closed(base):
    other = requests.Session()
    try:
        other.cookies.set("c", "d")
        other.params = {"p": "1"}
        print(other.get(base, timeout=3).json())
    finally:
        other.close()


async def cookies(base):
    print(requests.get(base, cookies={"k": "v"}).json()["Cookie"])


async def cookies_of_an_answer(base):
    print(requests.get(base + "/cookie").cookies.get("a"))


async def cookies_of_a_session(base):
    with requests.Session() as s:
        print(s.get(base + "/login").json()["Cookie"])
        s.cookies["own"] = "1"
        print(s.cookies["session"], s.cookies.get("nope"))
        print(sorted(s.get(base + "/echo").json()["Cookie"].split("; ")))
        s.cookies.clear()
        print(s.get(base + "/echo").json()["Cookie"])


async def auth(base):
    print(requests.get(base, auth=("u", "p")).json()["Authorization"])
    print(requests.get(base, auth=HTTPBasicAuth("u", "p")).json()["Authorization"])
    print(requests.get(base + "/302", auth=("u", "p")).json()["Authorization"])
    print(requests.get(base.replace("//", "//me:secret@")).json()["Authorization"])
    print(requests.get(base + "/guarded", auth=HTTPDigestAuth("u", "p")).text)


async def main():
    base = serve()
    for step in (settings, closed, cookies, cookies_of_an_answer, cookies_of_a_session, auth):
        print(step.__name__, await step(base))


asyncio.run(main())
