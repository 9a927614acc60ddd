"""Courses of learning platforms, by LTI 1.3: who comes from them, and which grades go there.

    keys        the site's own key pairs, by which platforms know what comes from here
    platforms   what the administrator has registered
    launches    somebody comes from a course: what the platform says of them, held against its keys
    people      whose account that is
    links       which exam an activity of a course is tied to
    scores      which scores an exam has for a course, and sending them

All requests to platforms go by `calls`. What the standard's names mean: 1EdTech's LTI Core 1.3, Security
Framework 1.0, Assignment and Grade Services 2.0.
"""
