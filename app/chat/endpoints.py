"""HTTP endpoints of the chat domain."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["chat"])
