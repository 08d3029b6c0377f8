"""The OpenAI Agents SDK, unmodified: an agent with two tools runs until it has an answer."""

import pytest
from agents import Agent, OpenAIResponsesModel, Runner, function_tool, set_tracing_disabled
from openai import AsyncOpenAI


def model(world):
    """By its whole name: the SDK takes what stands before a slash for a provider."""
    set_tracing_disabled(True)
    return OpenAIResponsesModel(world.chat, AsyncOpenAI(base_url=world.api_base, api_key=world.api_key))


@pytest.mark.asyncio
async def test_an_agent_with_two_tools(world):
    called = []

    @function_tool
    def weather(city: str) -> str:
        """The weather in a city."""
        called.append(("weather", city))
        return f"sun over {city}"

    @function_tool
    def tides(port: str) -> str:
        """The tides of a port."""
        called.append(("tides", port))
        return "high"

    agent = Agent(name="Pilot", instructions="Use your tools.", model=model(world), tools=[weather, tides])
    result = await Runner.run(agent, "May we sail from Rotterdam?")
    assert called
    assert result.final_output


@pytest.mark.asyncio
async def test_a_streamed_run(world):
    agent = Agent(name="Pilot", instructions="Be brief.", model=model(world))
    result = Runner.run_streamed(agent, "Say hello.")
    seen = [event.type async for event in result.stream_events()]
    assert "raw_response_event" in seen
    assert result.final_output
