"""The pages of sales: orders, products, and sales on the page of a customer."""

from kam.sales.pages import (
    choosing,
    of_customer,
    order_form,
    orders,
    products,
)

ROUTES = [route for part in (orders, order_form, products, choosing, of_customer) for route in part.ROUTES]
