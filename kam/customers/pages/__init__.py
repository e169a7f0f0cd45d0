"""The pages of customers."""

from kam.customers.pages import bulk, choosing, departments, form, history, index, show, standing

ROUTES = [
    route for part in (index, bulk, choosing, form, show, history, standing, departments) for route in part.ROUTES
]
