"""The pages of sales: orders, opportunities, products, and sales on the page of a customer."""

from kam.sales.pages import (
    choosing,
    of_customer,
    opportunities,
    opportunity_form,
    order_form,
    orders,
    products,
)

ROUTES = [
    route
    for part in (orders, order_form, opportunities, opportunity_form, products, choosing, of_customer)
    for route in part.ROUTES
]
