"""The website's fixtures, for what is seen through it."""

from tests.web.conftest import site as site
