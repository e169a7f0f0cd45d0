"""Settings of the embedded server for the machine at hand."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_MB = 1024 * 1024


def options(folder: Path, durable: bool = True) -> dict[str, str]:
    memory = _memory_mb()
    chosen = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{_between(memory // 8, 128, 2048)}MB",
        "effective_cache_size": f"{_between(memory // 2, 256, 65536)}MB",
        "maintenance_work_mem": f"{_between(memory // 16, 64, 512)}MB",
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "logging_collector": "off",
    }
    if _shared_memory_mb() < 256:
        chosen["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        chosen |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "128MB"}
    return chosen


def _memory_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MB


def _shared_memory_mb() -> int:
    """Containers often have a tiny /dev/shm, in which a parallel query fails."""
    shm = Path("/dev/shm")
    return shutil.disk_usage(shm).total // _MB if shm.exists() else 1024


def _between(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))
