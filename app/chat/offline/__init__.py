"""The offline model: the assistant's mind when no language model is configured.

It is a deterministic interpreter of what people say about tasks (`app.chat.interpreter`) behind the interface of a
language model, so that tool calls, confirmations and streaming take the very same way.
"""

from app.chat.offline.model import offline_model

__all__ = ["offline_model"]
