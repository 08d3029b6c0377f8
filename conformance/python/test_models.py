"""Models: list, get one, names with / : . and @ in the path."""

import pytest
from openai import NotFoundError


def test_list_holds_the_models_and_is_one_page(client, world):
    page = client.models.list()
    names = [model.id for model in page]
    assert world.chat in names and world.embedding in names
    assert page.object == "list"
    assert len(names) == len(set(names))


def test_each_model_has_the_fields_of_openai(client):
    for model in client.models.list():
        assert model.object == "model"
        assert isinstance(model.created, int) and model.created > 0
        assert isinstance(model.owned_by, str) and model.owned_by


def test_each_model_has_our_extra_fields(client, world):
    by_name = {model.id: model.model_dump() for model in client.models.list()}
    assert by_name[world.chat]["type"] == "chat"
    assert by_name[world.embedding]["type"] == "embedding"
    assert "realtime" in by_name[world.chat]["tiers"]


def test_get_takes_a_name_with_slash_colon_dot_and_at(client, world):
    assert all(mark in world.chat for mark in "/:.@")
    assert client.models.retrieve(world.chat).id == world.chat


def test_get_takes_the_name_raw_in_the_path(world):
    import httpx

    answer = httpx.get(f"{world.api_base}/models/{world.chat}", headers={"Authorization": f"Bearer {world.api_key}"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == world.chat


def test_get_of_an_unknown_model_is_not_found(client):
    with pytest.raises(NotFoundError) as caught:
        client.models.retrieve("no/such:model")
    assert caught.value.code == "model_not_found"
