"""The pages of interactions."""

from kam.interactions.pages import form, interactions

ROUTES = [*interactions.ROUTES, *form.ROUTES]
