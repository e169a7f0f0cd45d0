"""What Piccolo reads: the engine and the one app whose migrations cover every table."""

from piccolo.conf.apps import AppRegistry

from kam.database.engine import DB

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(apps=["kam.database.app"])
