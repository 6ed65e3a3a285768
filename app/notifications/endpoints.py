"""HTTP endpoints of the notifications domain."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["notifications"])
