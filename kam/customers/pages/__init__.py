"""The pages of customers and their contacts."""

from kam.customers.pages import bulk, choosing, contacts, departments, form, history, index, show, standing

ROUTES = [
    route
    for part in (index, bulk, choosing, form, show, contacts, history, standing, departments)
    for route in part.ROUTES
]
