"""The rows of a site's own database: people, exams, roles, tokens, jobs, uploads, courses, what was done.

Nothing of an exam's records is here. An exam's rows name people by their names, so that they still say who
when an account is gone; that is why two people of a site never share one.
"""

import uuid
from typing import Any, ClassVar, Never

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from klausur.state.facts import Role
from klausur.store.compiled import Compiled

LONGEST_NAME = 150
LONGEST_NUMBER = 100
DIGEST = 64
"""Letters of a SHA-256 in hexadecimal."""

ROLES = (Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR)
"""What somebody may be in an exam. An administrator is one of the whole site."""


CANDIDATES = "candidates"
"""As whom jobs act that candidates have done."""


class People(BaseUserManager["Person"]):
    """Queries of people, and how one is made."""

    def get(self, *args: Any, **kwargs: Any) -> "Person":  # noqa: ANN401 - Django's own signature
        """One person; by their number, as each request asks for them, by a query that is made once."""
        if args or set(kwargs) != {"pk"} or not isinstance(kwargs["pk"], int):
            return super().get(*args, **kwargs)
        for row in _people(kwargs["pk"]):
            return Person.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)
        raise Person.DoesNotExist

    def create_user(
        self, email: str, name: str, password: str | None = None, *, administrator: bool = False
    ) -> "Person":
        """A new person, who cannot log in by a password if none is given."""
        person = self.model(email=self.normalize_email(email).lower(), name=name, administrator=administrator)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody with an account: known by mail address, and by name in the records of exams.

    ``mail_checked``: the address is theirs, as a mail to it alone or another place has shown.
    ``registration`` is their registration number, as another place or the administrator says; empty if
    nobody does.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=LONGEST_NAME, unique=True)
    administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    joined = models.DateTimeField(auto_now_add=True)
    mail_checked = models.BooleanField(default=False)
    registration = models.CharField(max_length=LONGEST_NUMBER, blank=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """No two people are one candidate."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(
                fields=["registration"], condition=~Q(registration=""), name="one_account_a_candidate"
            )
        ]

    def __str__(self) -> str:
        return self.name


_COLUMNS = tuple(field.attname for field in Person._meta.concrete_fields)  # noqa: SLF001 - Django's documented API
_people = Compiled(
    lambda pk: Person.objects.filter(pk=pk).values_list(*_COLUMNS), on=lambda: connections[DEFAULT_DB_ALIAS]
)


class Exam(models.Model):
    """An exam folder of this site. ``folder`` is absolute, or relative to the home's ``exams``.

    ``names_for_correctors``: they see whose booklets they correct; numbers alone otherwise.
    ``login_by`` says by what an account is known as a candidate's: `klausur.site.candidate_logins`.
    """

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    folder = models.CharField(max_length=1000, unique=True)
    names_for_correctors = models.BooleanField(default=False)
    login_by = models.CharField(max_length=20, blank=True)
    archived = models.BooleanField(default=False)
    added = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """What a person is in an exam: one role."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in ROLES])
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A person has one role in an exam."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["exam", "person"], name="one_role_in_an_exam")
        ]

    def __str__(self) -> str:
        return f"{self.person} is {self.role} of {self.exam}"


class Invitation(models.Model):
    """A link by which somebody gets an account, or a role more. ``digest`` is of the secret in the link.

    Without ``exam`` it makes an account alone, of an administrator if it says so. ``by`` is empty where
    it was made at the terminal, or a candidate asked for it. ``mailed``: its link stands in a mail to that
    address, and nobody else saw it.
    """

    digest = models.CharField(max_length=DIGEST, unique=True)
    email = models.EmailField()
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, null=True, related_name="invitations")
    role = models.CharField(max_length=20, blank=True, choices=[(role.value, role.value) for role in ROLES])
    administrator = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="invited")
    made = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    used = models.DateTimeField(null=True)
    mailed = models.BooleanField(default=False)

    class Meta:
        """A role is one in an exam."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                name="invited_to_a_role_in_an_exam",
                condition=Q(exam__isnull=True, role="") | (Q(exam__isnull=False) & ~Q(role="")),
            )
        ]

    def __str__(self) -> str:
        return f"invitation of {self.email}"


class Token(models.Model):
    """By which a program acts on an exam as a role of a person; ``digest`` is of its secret.

    What it is good for: `klausur.site.tokens`. ``used`` is about when it was used last.
    """

    digest = models.CharField(max_length=DIGEST, unique=True)
    name = models.CharField(max_length=100)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="tokens")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in ROLES])
    made = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.role} of {self.exam_id}"


class Job(models.Model):
    """Something that takes longer than a page view, done by a worker; `klausur.site.jobs` says how.

    A worker that has it renews ``lease_until``; another one takes it over once that has passed, with the next
    ``attempt``; ``lost`` counts those that were gone so. One that waits with a lease is not taken before that
    time. ``by`` is empty where a candidate has it done, who has no account. ``asked`` and ``result`` are JSON
    of what the kind of job wants and gives back; ``fault`` is why it was set aside, or what it waits for, and
    ``remedy`` what people can do. ``done`` of ``total`` is how far it is, in the kind's own units.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=20)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="jobs")
    asked = models.JSONField(default=dict)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="jobs")
    role = models.CharField(max_length=20)
    made = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, default="waiting")
    attempt = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    fault = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        """Workers look for what waits, and for what nobody works at any more."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                name="who_works_at_a_job_has_a_lease",
                condition=Q(state="running", lease_until__isnull=False) | ~Q(state="running"),
            ),
            CheckConstraint(
                name="a_job_that_ended_says_when",
                condition=Q(state__in=["waiting", "running"], ended__isnull=True)
                | Q(state__in=["done", "aside"], ended__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "lease_until"], name="jobs_to_be_taken"),
            models.Index(fields=["exam", "made"], name="jobs_of_an_exam"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.exam_id}: {self.state}"

    @property
    def who(self) -> str:
        """As whom it acts on the exam's records."""
        return CANDIDATES if self.by is None else self.by.name


class Upload(models.Model):
    """A file that comes in pieces. ``received`` bytes of ``size`` are there; ``digest`` once all are.

    ``pieces`` are the SHA-256 of those that came, in their order; ``fault`` and ``remedy`` say why the file
    is not wanted and what to do. It is sent ``by`` somebody with an account, or by a ``candidate`` of the
    exam, who is named by their number in its records. What becomes of it: `klausur.site.uploads`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="uploads")
    candidate = models.PositiveBigIntegerField(null=True)
    name = models.CharField(max_length=400)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    pieces = models.JSONField(default=list)
    digest = models.CharField(max_length=DIGEST, blank=True)
    fault = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    made = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="uploads")

    class Meta:
        """Somebody sends it, and one alone."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                name="an_upload_has_one_sender",
                condition=Q(by__isnull=False, candidate__isnull=True)
                | Q(by__isnull=True, candidate__isnull=False),
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["exam", "candidate"], name="uploads_of_a_candidate")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.received} of {self.size}"


class LtiKey(models.Model):
    """A key pair of the site, by which learning platforms know it: ``private`` is PEM, ``name`` its id."""

    name = models.CharField(max_length=DIGEST, unique=True)
    private = models.TextField()
    made = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class LtiPlatform(models.Model):
    """A learning platform from whose courses people come: `klausur.site.lti`.

    ``client`` is what it calls this site, ``registration`` under which claim it says registration numbers,
    ``hosts`` where it takes scores beside where its other addresses lead, ``keys`` its public ones as they
    were fetched last.
    """

    name = models.CharField(max_length=100)
    issuer = models.CharField(max_length=500)
    client = models.CharField(max_length=255)
    login_url = models.CharField(max_length=500)
    token_url = models.CharField(max_length=500)
    keys_url = models.CharField(max_length=500)
    deployments = models.JSONField(default=list)
    hosts = models.JSONField(default=list)
    registration = models.CharField(max_length=100, blank=True)
    trust_mail = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    keys = models.JSONField(default=list)
    keys_fetched = models.DateTimeField(null=True)

    class Meta:
        """It says by these two who it is."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["issuer", "client"], name="one_platform_a_client")
        ]

    def __str__(self) -> str:
        return self.name


class LtiLaunch(models.Model):
    """Somebody came from a course: ``state`` and ``browser`` are digests, ``said`` is what was proven."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    state = models.CharField(max_length=DIGEST, unique=True)
    browser = models.CharField(max_length=DIGEST)
    platform = models.ForeignKey(LtiPlatform, on_delete=models.CASCADE, related_name="launches")
    said = models.JSONField(default=dict)
    until = models.DateTimeField()
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"launch from {self.platform_id}"


class LtiUser(models.Model):
    """Whose account somebody's is whom a platform calls ``sub``."""

    platform = models.ForeignKey(LtiPlatform, on_delete=models.CASCADE, related_name="users")
    sub = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="lti_users")

    class Meta:
        """A platform's user is one person."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["platform", "sub"], name="one_person_a_user")
        ]

    def __str__(self) -> str:
        return f"{self.sub} is {self.person_id}"


class LtiLink(models.Model):
    """An activity of a course that is tied to an exam, and where its platform takes scores for it."""

    platform = models.ForeignKey(LtiPlatform, on_delete=models.CASCADE, related_name="links")
    deployment = models.CharField(max_length=255)
    context = models.CharField(max_length=255, blank=True)
    resource = models.CharField(max_length=255)
    title = models.CharField(max_length=400, blank=True)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="lti_links")
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="lti_links")
    made = models.DateTimeField(auto_now_add=True)
    lineitem = models.CharField(max_length=1000, blank=True)
    lineitems = models.CharField(max_length=1000, blank=True)
    scopes = models.JSONField(default=list)

    class Meta:
        """An activity is tied to one exam."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(
                fields=["platform", "deployment", "context", "resource"], name="one_exam_an_activity"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title or self.resource}: {self.exam_id}"


class LtiSeen(models.Model):
    """A learner has come by an activity; scores go to nobody else."""

    link = models.ForeignKey(LtiLink, on_delete=models.CASCADE, related_name="seen")
    user = models.ForeignKey(LtiUser, on_delete=models.CASCADE, related_name="seen")

    class Meta:
        """Once is enough."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["link", "user"], name="seen_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} came by {self.link_id}"


class LtiScore(models.Model):
    """The ``number``-th score that a course is sent of somebody: ``body`` as it leaves, and what it tells.

    ``version`` is a digest of that. It is written before it leaves, so that whoever goes on after a kill
    sends the very same. ``tries`` counts those of which nobody knows that they failed. ``sent`` is when the
    platform took it; ``fault`` why it did not.
    """

    link = models.ForeignKey(LtiLink, on_delete=models.CASCADE, related_name="scores")
    user = models.ForeignKey(LtiUser, on_delete=models.CASCADE, related_name="scores")
    number = models.PositiveIntegerField()
    version = models.CharField(max_length=DIGEST)
    clears = models.BooleanField(default=False)
    body = models.JSONField()
    stamp = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        """One comes after the other."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["link", "user", "number"], name="scores_one_by_one")
        ]

    def __str__(self) -> str:
        return f"score {self.number} of {self.user_id} to {self.link_id}"


class SiteEvent(models.Model):
    """What was done to the site: logins, roles, exams added. The rest stands in the exams' own audits."""

    verb = models.CharField(max_length=40)
    who = models.CharField(max_length=200)
    when = models.DateTimeField(auto_now_add=True)
    detail = models.JSONField(default=dict)

    class Meta:
        """Read newest first."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["when"], name="events_by_time")]

    def __str__(self) -> str:
        return f"{self.verb} by {self.who}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Write the row.

        Raises:
            TypeError: it was written before.
        """
        if not self._state.adding:
            raise TypeError("what was done is appended, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:  # noqa: ANN401 - Django's own signature
        """Refuse."""
        raise TypeError(f"what was done is appended, never deleted {args}{kwargs}")
