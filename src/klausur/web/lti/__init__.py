"""Courses of learning platforms: coming from one, platforms of the site, and grades for a course."""
