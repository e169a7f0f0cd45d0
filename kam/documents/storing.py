"""Keeping a file that the application made."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB

PDF = "application/pdf"


async def store(
    kind: str, name: str, content: bytes, *, media_type: str = PDF, subject: UUID | None = None,
    customer: UUID | None = None, by: UUID | None, at: datetime,
) -> UUID:  # fmt: skip
    """The document's id. Who sees `customer` may read it; without a customer only whoever had it made."""
    document = new_id()
    await DB.execute(
        """
        INSERT INTO document (id, kind, subject, customer, name, media_type, content, sha256, made_at, made_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        document, kind, subject, customer, name[:300], media_type, content, hashlib.sha256(content).hexdigest(), at, by,
    )  # fmt: skip
    return document
