"""The pages of interactions: those of a customer, ticking off, and what the shared pages have of their own."""

from kam.interactions.pages import following_up, listing, of_customer

__all__ = ["ROUTES", "listing"]

ROUTES = [*of_customer.ROUTES, *following_up.ROUTES]
