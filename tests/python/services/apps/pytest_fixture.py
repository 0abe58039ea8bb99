"""Fixtures with a server in the background; one around them looks when their teardown has run."""

import asyncio
import sys

import pytest
import pytest_asyncio

from watch import Feed, settle, show_left


async def serve_echo(feed):
    await feed.follow()


@pytest_asyncio.fixture
async def around():
    before = asyncio.all_tasks()
    yield
    show_left(asyncio.all_tasks(), before)


@pytest_asyncio.fixture
async def echo(around):
    feed = Feed("echo")
    asyncio.create_task(serve_echo(feed))
    yield feed
    feed.close()


@pytest.mark.asyncio
async def test_is_open(echo):
    await settle()
    assert echo.is_open


if __name__ == "__main__":
    sys.exit(pytest.main(["-s", "-p", "no:terminal", "-p", "no:cacheprovider", __file__]))
