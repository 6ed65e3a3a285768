"""The published contract is the one that the code keeps."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from app.events import asyncapi
from app.events.schemas import Topic
from tests.support.events import cloud_event, sync_data, task_data

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"


def test_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == asyncapi.render(), "run `todochat asyncapi > docs/asyncapi.yaml`"


def test_every_topic_has_its_messages() -> None:
    document = yaml.safe_load(DOCUMENT.read_text())
    messages = {name: set(channel["messages"]) for name, channel in document["channels"].items()}
    assert messages == {
        Topic.TASK_EVENTS: {"task.created", "task.updated", "task.completed", "task.reopened", "task.deleted"},
        Topic.REMINDERS: {"reminder.scheduled", "reminder.triggered", "reminder.cancelled"},
        Topic.TASK_UPDATES: {"task.sync"},
    }


def test_every_reference_resolves() -> None:
    document = yaml.safe_load(DOCUMENT.read_text())

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for item in value.values() for found in references(item)]
        return [found for item in value for found in references(item)] if isinstance(value, list) else []

    found = references(document)
    assert found
    for reference in found:
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


@pytest.mark.parametrize(
    ("type_", "data"),
    [("task.created", task_data()), ("task.sync", sync_data(task_data().user_id))],
)
def test_events_fit_their_schema(type_: str, data: object) -> None:
    document = yaml.safe_load(DOCUMENT.read_text())
    schema = {**document["components"]["messages"][type_]["payload"], "components": document["components"]}

    jsonschema.validate(cloud_event(type_, data), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(cloud_event(type_, {}), schema)
