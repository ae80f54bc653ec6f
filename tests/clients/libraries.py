"""Asks an example by Python's HTTP libraries: `libraries.py URL basic|digest`. Prints a line for each answer."""

import asyncio
import sys

import aiohttp
import httpx
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

CALLERS = [("reader", "wonderland"), ("chief", "пароль:42"), ("chief", "wrong")]
PATHS = ["/me", "/admin"]


def by_requests(url, scheme, name, password):
    # Strings would go out in Latin-1.
    auth = HTTPBasicAuth(name.encode(), password.encode()) if scheme == "basic" else HTTPDigestAuth(name, password)
    return requests.get(url, auth=auth, timeout=20).status_code


def by_httpx(url, scheme, name, password):
    auth = httpx.BasicAuth(name, password) if scheme == "basic" else httpx.DigestAuth(name, password)
    return httpx.get(url, auth=auth, timeout=20).status_code


async def by_aiohttp(url, scheme, name, password):
    if scheme == "basic":
        session = aiohttp.ClientSession(auth=aiohttp.BasicAuth(name, password, encoding="utf-8"))
    else:
        session = aiohttp.ClientSession(middlewares=[aiohttp.DigestAuthMiddleware(name, password)])
    async with session, session.get(url) as answer:
        return answer.status


def main(base, scheme):
    for name, password in CALLERS:
        for path in PATHS:
            asked = (base + path, scheme, name, password)
            for library, status in [
                ("requests", by_requests(*asked)),
                ("httpx", by_httpx(*asked)),
                ("aiohttp", asyncio.run(by_aiohttp(*asked))),
            ]:
                print(library, name, password, path, status)


main(*sys.argv[1:])
