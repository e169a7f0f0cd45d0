"""The pages of sales: orders, opportunities, products."""

from kam.sales.pages import opportunities, orders, products

ROUTES = [*orders.ROUTES, *opportunities.ROUTES, *products.ROUTES]
