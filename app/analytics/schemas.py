"""What todo-analytics answers, and the backend passes on."""

from datetime import date

from pydantic import BaseModel, Field


class Counts(BaseModel):
    created: int = Field(default=0, examples=[3])
    completed: int = Field(default=0, examples=[2], description="Tasks completed then, and not reopened since.")
    deleted: int = Field(default=0, examples=[0])
    reminded: int = Field(default=0, examples=[1])


class DayCounts(Counts):
    day: date = Field(description="A day in the time zone of the tasks.")


class Summary(BaseModel):
    """What a user did in a range of days."""

    days: list[DayCounts] = Field(description="Every day of the range, in order.")
    totals: Counts
    by_tag: dict[str, int] = Field(description="Completed tasks of the range; one with two tags counts for both.")
    by_priority: dict[str, int] = Field(description="Completed tasks of the range.")
    current_streak: int = Field(
        examples=[4], description="Days in a row with a completed task, up to today, or yesterday while today has none."
    )
    longest_streak: int = Field(examples=[12])
