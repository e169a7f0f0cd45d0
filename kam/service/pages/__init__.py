"""The pages of service: what cases have of their own, and service on the page of a customer."""

from kam.service.pages import cases as cases
from kam.service.pages.of_customer import ROUTES as ROUTES
