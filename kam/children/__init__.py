"""Work that may hang, swell or crash is done in a child: a process of its own, kept for the next work, killed at its
limits. See `keeping.Children`."""
