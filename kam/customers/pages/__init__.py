"""The pages of customers and their contacts."""

from kam.customers.pages import contacts, departments, form, history, index, show, standing

ROUTES = [*index.ROUTES, *form.ROUTES, *show.ROUTES, *contacts.ROUTES, *history.ROUTES, *standing.ROUTES, *departments.ROUTES]
