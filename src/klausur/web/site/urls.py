"""Addresses of the administrator's desk."""

from django.urls import path

from klausur.web.site import exams, jobs, people, views

urlpatterns = [
    path("", views.site, name="site"),
    path("log/", views.log, name="site-log"),
    path("people/", people.people, name="site-people"),
    path("people/invite/", people.invite, name="site-invite"),
    path("people/<int:person_id>/", people.person, name="site-person"),
    path("people/<int:person_id>/password/", people.password, name="site-password"),
    path("people/<int:person_id>/role/", people.role, name="site-role"),
    path("invitations/<int:invitation_id>/again/", people.again, name="site-invite-again"),
    path("invitations/<int:invitation_id>/withdraw/", people.withdraw, name="site-withdraw"),
    path("exams/", exams.exams, name="site-exams"),
    path("exams/new/", exams.new, name="site-new"),
    path("exams/upload/", exams.upload, name="site-upload"),
    path("exams/<int:exam_id>/trust/", exams.trust, name="site-trust"),
    path("exams/<int:exam_id>/archived/", exams.archived, name="site-archived"),
    path("jobs/", jobs.jobs, name="site-jobs"),
    path("jobs/<uuid:job_id>/again/", jobs.again, name="site-again"),
]
