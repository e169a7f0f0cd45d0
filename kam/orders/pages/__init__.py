"""What orders have of their own: a return, how one is chosen, and sales on the page of a customer."""

from kam.orders.pages import of_customer, orders

ROUTES = [*orders.ROUTES, *of_customer.ROUTES]
