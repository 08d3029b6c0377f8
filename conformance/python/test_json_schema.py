"""JSON schema: structured answers by plain response_format and by the SDK's parse()."""

import json
from enum import Enum
from typing import List

from pydantic import BaseModel


class Mood(str, Enum):
    calm = "calm"
    stormy = "stormy"


class Port(BaseModel):
    name: str
    berths: int
    mood: Mood
    ships: List[str]


def test_parse_gives_an_object_of_the_class(client, world):
    answer = client.chat.completions.parse(
        model=world.chat, messages=[{"role": "user", "content": "Describe a port."}], response_format=Port
    )
    port = answer.choices[0].message.parsed
    assert isinstance(port, Port) and port.mood in Mood


def test_plain_response_format_follows_the_schema(client, world):
    schema = {
        "type": "object",
        "properties": {"zeta": {"type": "boolean"}, "alpha": {"type": "number"}},
        "required": ["zeta", "alpha"],
        "additionalProperties": False,
    }
    answer = client.chat.completions.create(
        model=world.chat,
        messages=[{"role": "user", "content": "Two values."}],
        response_format={"type": "json_schema", "json_schema": {"name": "pair", "strict": True, "schema": schema}},
    )
    value = json.loads(answer.choices[0].message.content)
    assert isinstance(value["zeta"], bool) and isinstance(value["alpha"], (int, float))
    assert set(value) == {"zeta", "alpha"}


def test_the_schema_reaches_the_model_with_its_key_order(client, world, simulator):
    properties = {name: {"type": "string"} for name in ("zulu", "alpha", "mike", "bravo")}
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    raw = client.chat.completions.with_raw_response.create(
        model=world.chat,
        messages=[{"role": "user", "content": "Order."}],
        response_format={"type": "json_schema", "json_schema": {"name": "order", "strict": True, "schema": schema}},
        user="key-order",
    )
    assert raw.status_code == 200
    body = simulator.last_body(lambda body: body.get("user") == "key-order")
    assert list(body["response_format"]["json_schema"]["schema"]["properties"]) == ["zulu", "alpha", "mike", "bravo"]


def test_json_object_mode_gives_json(client, world):
    answer = client.chat.completions.create(
        model=world.chat,
        messages=[{"role": "user", "content": "Answer in JSON."}],
        response_format={"type": "json_object"},
    )
    assert isinstance(json.loads(answer.choices[0].message.content), dict)
