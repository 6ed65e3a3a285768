"""Request bodies that are read by hand, because they are no model of ours."""

from fastapi import Request

from app.core.errors import ContentTooLarge


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body. Raises `ContentTooLarge` as soon as it is.

    Not by FastAPI's `max_body_size`, whose refusal is no problem document.
    """
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > max_bytes:
            size = f"{max_bytes // 2**20} MiB" if max_bytes >= 2**20 else f"{max_bytes // 2**10} KiB"
            raise ContentTooLarge(f"The content is larger than {size}.")
    return bytes(content)
