"""langchain-doubleword, unmodified: it reads DOUBLEWORD_API_KEY and DOUBLEWORD_API_BASE."""

import asyncio
import os
from pathlib import Path

import llama_index.core
import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_doubleword import ChatDoubleword, ChatDoublewordAsync, DoublewordEmbeddings
from pydantic import BaseModel

# tiktoken would download its vocabulary; llama-index ships it.
os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(Path(llama_index.core.__file__).parent / "_static" / "tiktoken_cache"))

MESSAGES = [SystemMessage("You are brief."), HumanMessage("Say something about rivers.")]


def test_chat(world):
    answer = ChatDoubleword(model=world.chat).invoke(MESSAGES)
    assert answer.content and answer.usage_metadata["output_tokens"] > 0


def test_stream(world):
    assert len([chunk for chunk in ChatDoubleword(model=world.chat).stream(MESSAGES) if chunk.content]) > 3


@pytest.mark.asyncio
async def test_async_chat(world):
    assert (await ChatDoubleword(model=world.chat).ainvoke(MESSAGES)).content


@pytest.mark.asyncio
async def test_the_async_class_runs_in_the_background(world):
    model = ChatDoublewordAsync(model=world.chat)
    answers = await asyncio.gather(*(model.ainvoke(f"Say something about {i}.") for i in range(10)))
    assert all(answer.content for answer in answers)


def test_cache_control_blocks(world, simulator):
    model = ChatDoubleword(model=world.chat, cache_control={"type": "ephemeral"}, user="langchain-cache")
    assert model.invoke(MESSAGES).content
    body = simulator.last_body(lambda body: body.get("user") == "langchain-cache")
    assert body["messages"][0]["content"][0]["cache_control"] == {"type": "ephemeral"}


def test_tools(world):
    def get_weather(city: str) -> str:
        """The weather in a city."""
        return "sunny"

    model = ChatDoubleword(model=world.chat).bind_tools([get_weather], tool_choice="get_weather")
    call = model.invoke("Weather in Oslo?").tool_calls[0]
    assert call["name"] == "get_weather" and isinstance(call["args"]["city"], str)


def test_structured_output(world):
    class Port(BaseModel):
        name: str
        berths: int

    model = ChatDoubleword(model=world.chat).with_structured_output(Port, method="json_schema")
    assert isinstance(model.invoke("Describe a port."), Port)


def test_embeddings_as_token_ids(world):
    vectors = DoublewordEmbeddings(model=world.local_embedding).embed_documents(["one", "two"])
    assert len(vectors) == 2 and len(vectors[0]) == 384


def test_embeddings_as_text(world):
    embeddings = DoublewordEmbeddings(model=world.local_embedding, check_embedding_ctx_length=False)
    assert len(embeddings.embed_query("one")) == 384
