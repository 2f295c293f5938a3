"""The handlers, a module for each part of the site."""
