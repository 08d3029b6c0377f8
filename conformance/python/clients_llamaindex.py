"""llamaindex-doubleword, unmodified: it reads DOUBLEWORD_API_KEY and DOUBLEWORD_API_BASE."""

import pytest
from llama_index.core.llms import ChatMessage
from llamaindex_doubleword import DoublewordEmbedding, DoublewordLLM, DoublewordLLMAsync

MESSAGES = [ChatMessage(role="user", content="Say something about rivers.")]


def test_chat(world):
    assert DoublewordLLM(model=world.chat).chat(MESSAGES).message.content


def test_stream(world):
    assert len(list(DoublewordLLM(model=world.chat).stream_chat(MESSAGES))) > 3


def test_complete(world):
    assert DoublewordLLM(model=world.chat).complete("Once upon a time").text


@pytest.mark.asyncio
async def test_async_chat(world):
    assert (await DoublewordLLM(model=world.chat).achat(MESSAGES)).message.content


@pytest.mark.asyncio
async def test_the_async_class_runs_in_the_background(world):
    assert (await DoublewordLLMAsync(model=world.chat).achat(MESSAGES)).message.content


def test_embeddings(world):
    embedding = DoublewordEmbedding(model_name=world.local_embedding)
    assert len(embedding.get_text_embedding("one")) == 384
    assert len(embedding.get_text_embedding_batch(["one", "two"])) == 2
