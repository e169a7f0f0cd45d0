"""The pages of service: cases, and service on the page of a customer."""

from kam.service.pages import case_form, cases, of_customer

ROUTES = [*cases.ROUTES, *case_form.ROUTES, *of_customer.ROUTES]
