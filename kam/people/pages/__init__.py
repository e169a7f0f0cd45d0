"""Sign-in, people, teams and one's own settings."""

from kam.people.pages import choosing, people, settings, signing_in, teams, views

ROUTES = [*signing_in.ROUTES, *people.ROUTES, *teams.ROUTES, *settings.ROUTES, *views.ROUTES, *choosing.ROUTES]
