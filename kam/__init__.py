"""Key-account management workflow engine."""

VERSION = "0.1.0"
