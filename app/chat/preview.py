"""What the quick-add line of a task list means, before it is a task."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from app.chat.interpreter import Complaint, read_task
from app.chat.schemas import TaskDraft, TaskPreview
from app.core.errors import field_errors
from app.tasks.schemas import TaskCreate


def preview(text: str, *, now: datetime, time_zone: str) -> TaskPreview:
    """The task that `text` describes; what cannot be understood is all title, with the reason."""
    try:
        task, complaint = _read(text, now, ZoneInfo(time_zone)), None
    except Complaint as refused:
        task, complaint = TaskCreate(title=text), refused.message
    except ValidationError as error:
        reasons = [f"{wrong.field}: {wrong.reason}" for wrong in field_errors(error.errors())]
        task, complaint = TaskCreate(title=text), "; ".join(reasons)
    due_at = task.due_at and task.due_at.isoformat()
    return TaskPreview(task=TaskDraft(**task.model_dump(exclude={"due_at"}), due_at=due_at), complaint=complaint)


def _read(text: str, now: datetime, zone: ZoneInfo) -> TaskCreate:
    read = read_task(text, now=now, time_zone=zone)
    due_at = read.due_at and read.due_at.astimezone(zone)
    said = {
        "title": read.title,
        "notes": read.notes,
        "priority": read.priority,
        "tags": list(read.tags),
        "due_at": due_at if due_at is None or read.due_has_time else due_at.date(),
        "reminders": [moment.astimezone(zone) for moment in read.remind_at],
        "rrule": read.rrule,
        "recurrence_mode": read.recurrence_mode,
    }
    return TaskCreate.model_validate({name: value for name, value in said.items() if value})
