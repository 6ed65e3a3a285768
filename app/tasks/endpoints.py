"""HTTP endpoints of the tasks domain."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1", tags=["tasks"])
