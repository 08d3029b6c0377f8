"""What every Python suite shares: clients of the server under test, and a view of the simulator behind it.

The harness passes where things are in the environment, so that a suite also runs by hand:
DOUBLEWORD_API_KEY, DOUBLEWORD_API_BASE and the CONFORMANCE_* names below.
"""

import os
import uuid

import httpx
import pytest
from openai import DefaultHttpxClient, OpenAI

from simulator import Simulator


class World:
    """Addresses, keys and model names of the server under test."""

    api_key = os.environ["DOUBLEWORD_API_KEY"]
    api_base = os.environ["DOUBLEWORD_API_BASE"]
    origin = os.environ["CONFORMANCE_ORIGIN"]
    platform_key = os.environ["CONFORMANCE_PLATFORM_KEY"]
    chat = os.environ["CONFORMANCE_CHAT_MODEL"]
    slow = os.environ["CONFORMANCE_SLOW_MODEL"]
    fragile = os.environ["CONFORMANCE_FRAGILE_MODEL"]
    broken = os.environ["CONFORMANCE_BROKEN_MODEL"]
    late = os.environ["CONFORMANCE_LATE_MODEL"]
    asleep = os.environ["CONFORMANCE_ASLEEP_MODEL"]
    embedding = os.environ["CONFORMANCE_EMBEDDING_MODEL"]
    local_embedding = os.environ["CONFORMANCE_LOCAL_EMBEDDING_MODEL"]


@pytest.fixture(scope="session")
def world():
    return World


@pytest.fixture(scope="session")
def client():
    """The SDK as a user makes it: base URL and key, nothing else."""
    with OpenAI(base_url=World.api_base, api_key=World.api_key) as client:
        yield client


class Counting:
    """A client that counts what really goes over the wire, retries included."""

    def __init__(self, **options):
        self.requests = []
        self.responses = []
        http = DefaultHttpxClient(event_hooks={"request": [self.requests.append], "response": [self.responses.append]})
        settings = {"base_url": World.api_base, "api_key": World.api_key, **options}
        self.openai = OpenAI(http_client=http, **settings)

    @property
    def count(self):
        return len(self.requests)


@pytest.fixture
def counting():
    made = []

    def make(**options):
        made.append(Counting(**options))
        return made[-1]

    yield make
    for each in made:
        each.openai.close()


@pytest.fixture(scope="session")
def management():
    """Plain HTTP with the platform key, for what the OpenAI SDKs do not cover."""
    headers = {"Authorization": f"Bearer {World.platform_key}"}
    with httpx.Client(base_url=World.origin, headers=headers, timeout=30) as http:
        yield http


@pytest.fixture
def new_key(management):
    """Makes keys with limits or scopes of their own; they are deleted afterwards."""
    made = []

    def make(**fields):
        answer = management.post(
            "/admin/api/v1/users/current/api-keys",
            json={"name": f"conformance-{uuid.uuid4().hex[:8]}", **fields},
        )
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
        return answer.json()

    yield make
    for key_id in made:
        management.delete(f"/admin/api/v1/users/current/api-keys/{key_id}")


@pytest.fixture(scope="session")
def simulator():
    return Simulator(os.environ["CONFORMANCE_SIMULATOR"])
