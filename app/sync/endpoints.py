"""HTTP endpoints of the sync domain."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["sync"])
