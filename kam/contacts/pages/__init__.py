"""The pages of contacts: those of a customer with their map, and what the shared pages have of their own."""

from kam.contacts.pages import listing, of_customer

__all__ = ["ROUTES", "listing"]

ROUTES = [*of_customer.ROUTES]
