"""The pages of sales: orders, opportunities, products, and how a product is chosen."""

from kam.sales.pages import choosing, opportunities, orders, products

ROUTES = [*orders.ROUTES, *opportunities.ROUTES, *products.ROUTES, *choosing.ROUTES]
