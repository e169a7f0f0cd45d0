"""What the pages of products have of their own: there is a way to choose one, and no address beside the shared ones."""

from kam.sales.pages import choosing as choosing

ROUTES: list[object] = []
