"""Sign-in, people, teams and one's own settings."""

from kam.people.pages import choosing, password, people, settings, signing_in, teams, views

ROUTES = [
    *signing_in.ROUTES,
    *people.ROUTES,
    *teams.ROUTES,
    *settings.ROUTES,
    *password.ROUTES,
    *views.ROUTES,
    *choosing.ROUTES,
]
