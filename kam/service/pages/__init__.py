"""The pages of service: what cases have of their own, and service on the page of a customer."""

from kam.service.pages import cases, of_customer

__all__ = ["ROUTES", "cases"]

ROUTES = [*of_customer.ROUTES]
