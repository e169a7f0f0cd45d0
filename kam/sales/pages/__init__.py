"""The pages of sales: orders, and sales on the page of a customer."""

from kam.sales.pages import (
    choosing,
    of_customer,
    order_form,
    orders,
)

ROUTES = [route for part in (orders, order_form, choosing, of_customer) for route in part.ROUTES]
