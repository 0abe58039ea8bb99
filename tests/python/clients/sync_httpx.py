import asyncio

import httpx
from server import serve


async def verbs(base):
    print(httpx.get(f"{base}/q", params={"a": 1, "b": None}, headers={"X-A": "h"}, timeout=3).json())
    print(httpx.options(f"{base}/o").json()["method"], httpx.delete(f"{base}/d").json()["method"])
    print(httpx.put(f"{base}/p", data={"a": ["1", "2"]}).json()["body"], httpx.head(f"{base}/h").status_code)
    print(httpx.request("POST", f"{base}/r", content="raw").json(), httpx.post(url=f"{base}/j", json=[1]).json())
    print([httpx.get(f"{base}/status/{code}").status_code for code in (200, 404, 500)])


async def redirects(base):
    print(httpx.get(f"{base}/302").status_code, httpx.get(f"{base}/302", follow_redirects=True).json()["path"])


async def failures(base):
    for url in (f"{base}/slow", f"{base}/drop", "http://127.0.0.1:1/", "nonsense"):
        try:
            print(httpx.get(url, timeout=0.3).status_code)
        except httpx.TimeoutException:
            print("timeout")
        except httpx.HTTPError as error:
            print(type(error).__name__)
    try:
        httpx.get(f"{base}/status/503").raise_for_status()
    except httpx.HTTPStatusError as error:
        print(error.response.status_code)


async def streams(base):
    with httpx.stream("GET", f"{base}/big", timeout=5) as response:
        print(response.status_code, sum([len(part) for part in [response.read()]]))
    with httpx.stream("GET", f"{base}/gzip") as response:
        size = 0
        for part in response.iter_bytes(1000):
            size += len(part)
        print(size)


async def clients(base):
    with httpx.Client(base_url=base, headers={"X-B": "b"}) as client:
        client.params = {"k": "v"}
        print(client.get("/one").json(), client.post("/two", json={}).json()["path"])
        request = client.build_request("GET", "/three")
        print(client.send(request).json()["path"], client.request("PUT", "/four").json()["method"])
        with client.stream("GET", "/big") as response:
            sizes = []
            for part in response.iter_raw():
                sizes.append(len(part))
            print(sum(sizes))
    print(client.is_closed)
    other = httpx.Client(timeout=5)
    try:
        print(other.get(f"{base}/five").json()["path"])
    finally:
        other.close()


async def main():
    base = serve()
    for step in (verbs, redirects, failures, streams, clients):
        print(step.__name__)
        await step(base)


asyncio.run(main())
