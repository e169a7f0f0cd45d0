"""How many connections to the database one job worker takes at most."""

from __future__ import annotations

AT_ONCE = 4  # long works; what runs by the clock stands beside them, however long they hang
# Each holds one for its transaction, one for its progress and now and then one to say that it lives.
CONNECTIONS = 20
OF_QUEUE = 3
