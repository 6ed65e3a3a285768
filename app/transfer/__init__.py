"""Transfer: all of a user's data as files, tasks from files, and the calendar feed."""
