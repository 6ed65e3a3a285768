"""Analytics: the backend's door to what todo-analytics has counted."""
