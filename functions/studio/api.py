"""Accounts, projects, jobs, health and the API document: /v1/auth, /v1/projects, /v1/jobs, /v1/live, /v1/health."""

from typing import Annotated, Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field, SecretStr

from diorama.catalog import STAGES
from diorama.jobs.models import JobState
from diorama.platform import connect
from diorama.ports import Tokens
from diorama.stage import Contract
from diorama.studio import (
    accounts,
    api_keys,
    batches,
    costs,
    downloads,
    health,
    job_files,
    jobs,
    live,
    logs,
    members,
    page_errors,
    projects,
    quotas,
    webhooks,
)
from diorama.studio.models import (
    DeletedProjectPage,
    Email,
    NewProject,
    Profile,
    Project,
    ProjectChange,
    ProjectPage,
)
from door import OPEN, Bearer, Correlation, InSession, IsAdmin, SignedIn, handler_of
from idempotency import ONCE, once
from studio import admin
from telling import tell

router = Router()

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most")]
Cursor = Annotated[str | None, Query(max_length=2000, description="Where the page before said to go on")]


# --- accounts -----------------------------------------------------------------------------------


class Credentials(Contract):
    """Who wants in."""

    email: Email
    password: SecretStr = Field(min_length=1, max_length=256)


class LogIn(Credentials):
    """Who wants in, with the code of their authenticator where they have one."""

    second_factor: SecretStr = Field(SecretStr(""), max_length=64)


class AuthenticatorCode(Contract):
    """What an authenticator shows now."""

    code: SecretStr = Field(min_length=1, max_length=64)


class Dropped(AuthenticatorCode):
    """What shows that somebody may take their authenticator off."""

    password: SecretStr = Field(min_length=1, max_length=256)


class SecondFactor(Contract):
    """Whether logging in takes a code of an authenticator too."""

    is_on: bool


class NewAuthenticator(Contract):
    """What to tell an authenticator, by hand or as a picture; it counts once it is confirmed."""

    secret: str = Field(description="In base 32: SHA-1, 30 seconds, 6 digits")
    uri: str = Field(description="The same for a QR code")


class Me(Profile):
    """Who asks, and whether they run the studio."""

    is_admin: bool


class Confirmation(Contract):
    """The code that was mailed."""

    email: Email
    code: SecretStr = Field(min_length=1, max_length=64)


class RefreshToken(Contract):
    """What a log-in gave for later."""

    refresh_token: SecretStr = Field(min_length=1, max_length=8192)


class Address(Contract):
    """Whose password is forgotten."""

    email: Email


class NewPassword(Contract):
    """The code that was mailed and the password to be."""

    email: Email
    code: SecretStr = Field(min_length=1, max_length=64)
    password: SecretStr = Field(min_length=1, max_length=256)


class SignedUp(Contract):
    """A new account; a code to confirm it with is in the mail."""

    user_id: str


class TokenAnswer(Contract):
    """Send the access token as `Authorization: Bearer`; the refresh token gives new ones."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    token_type: str = "Bearer"  # noqa: S105


@router.post("/v1/auth/signup", status_code=201, openapi_extensions=OPEN, tags=["auth"])
def sign_up(body: Credentials) -> SignedUp:
    """Makes an account; a code is mailed to confirm it."""
    profile = accounts.sign_up(connect(), body.email, body.password.get_secret_value())
    return SignedUp(user_id=profile.user_id)


@router.post("/v1/auth/confirm", status_code=204, openapi_extensions=OPEN, tags=["auth"])
def confirm(body: Confirmation) -> None:
    """Confirms an account with the code that was mailed."""
    accounts.confirm(connect(), body.email, body.code.get_secret_value())


@router.post("/v1/auth/login", openapi_extensions=OPEN, tags=["auth"])
def log_in(body: LogIn) -> TokenAnswer:
    """Gives an access token (at most an hour) and a refresh token (30 days).

    Where the account has an authenticator, the first try is answered 401 `second_factor_needed`.
    """
    second = body.second_factor.get_secret_value()
    return _answer(accounts.log_in(connect(), body.email, body.password.get_secret_value(), second))


@router.post("/v1/auth/refresh", openapi_extensions=OPEN, tags=["auth"])
def refresh(body: RefreshToken) -> TokenAnswer:
    """New tokens; the refresh token that was sent may stop working."""
    return _answer(connect().accounts.refresh(body.refresh_token.get_secret_value()))


@router.post("/v1/auth/logout", status_code=204, tags=["auth"])
def log_out(user_id: InSession, token: Bearer) -> None:  # noqa: ARG001 (asks for a good token)
    """Ends every session of the user."""
    connect().accounts.log_out(token)


@router.post("/v1/auth/password/reset", status_code=202, openapi_extensions=OPEN, tags=["auth"])
def begin_reset(body: Address) -> dict[str, str]:
    """Has a code mailed where the address is known; the answer is the same where it is not."""
    accounts.begin_reset(connect(), body.email)
    return {"message": "If the address is known here, a code is on its way to it."}


@router.post("/v1/auth/password/reset/confirm", status_code=204, openapi_extensions=OPEN, tags=["auth"])
def finish_reset(body: NewPassword) -> None:
    """Sets a new password with the code that was mailed."""
    accounts.finish_reset(
        connect(), body.email, body.code.get_secret_value(), body.password.get_secret_value()
    )


@router.get("/v1/auth/me", tags=["auth"])
def me(user_id: SignedIn, is_admin: IsAdmin) -> Me:
    """Who the token belongs to."""
    who = accounts.profile(connect(), user_id)
    return Me(**who.model_dump(), is_admin=is_admin)


@router.delete("/v1/auth/me", status_code=204, tags=["auth"])
def delete_me(user_id: InSession) -> None:
    """Ends your account, at once and for good: nothing can be brought back.

    Your projects are out of sight now, and their files and rows are gone within the hour.
    """
    accounts.delete(connect(), user_id)


@router.get("/v1/auth/me/usage", tags=["auth"])
def get_usage(user_id: SignedIn) -> quotas.Usage:
    """What is used of your plan this month."""
    return quotas.usage(connect(), user_id)


@router.get("/v1/auth/me/second-factor", tags=["auth"])
def get_second_factor(user_id: InSession, token: Bearer) -> SecondFactor:  # noqa: ARG001 (asks for a session)
    """Whether logging in takes a code of an authenticator too."""
    return SecondFactor(is_on=connect().accounts.has_second_factor(token))


@router.post("/v1/auth/me/second-factor", tags=["auth"])
def begin_second_factor(user_id: InSession, token: Bearer) -> NewAuthenticator:
    """A new secret for an authenticator; the one before counts until this one is confirmed."""
    secret = connect().accounts.begin_second_factor(token)
    label = quote(f"Diorama:{accounts.profile(connect(), user_id).email}")
    return NewAuthenticator(secret=secret, uri=f"otpauth://totp/{label}?secret={secret}&issuer=Diorama")


@router.post("/v1/auth/me/second-factor/confirm", status_code=204, tags=["auth"])
def confirm_second_factor(body: AuthenticatorCode, user_id: InSession, token: Bearer) -> None:  # noqa: ARG001
    """Shows that the authenticator works; from now on it is asked for."""
    connect().accounts.confirm_second_factor(token, body.code.get_secret_value())


@router.post("/v1/auth/me/second-factor/drop", status_code=204, tags=["auth"])
def drop_second_factor(body: Dropped, user_id: InSession, token: Bearer) -> None:
    """Takes the authenticator off, with the password and a code."""
    password, code = body.password.get_secret_value(), body.code.get_secret_value()
    accounts.drop_second_factor(connect(), user_id, token, password, code)


@router.get("/v1/auth/me/keys", tags=["auth"])
def list_keys(user_id: InSession) -> api_keys.ApiKeys:
    """Your keys for scripts; their secrets are not kept."""
    return api_keys.listed(connect(), user_id)


@router.post("/v1/auth/me/keys", status_code=201, tags=["auth"])
def create_key(body: api_keys.NewApiKey, user_id: InSession) -> api_keys.MadeApiKey:
    """A new key; its secret is shown this once."""
    return api_keys.create(connect(), user_id, body)


@router.delete("/v1/auth/me/keys/<key_id>", status_code=204, tags=["auth"])
def revoke_key(key_id: str, user_id: InSession) -> None:
    """From now on the key is worth nothing."""
    api_keys.revoke(connect(), user_id, key_id)


def _answer(tokens: Tokens) -> TokenAnswer:
    return TokenAnswer(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_in_s=tokens.expires_in_s,
    )


# --- projects -----------------------------------------------------------------------------------


@router.post("/v1/projects", status_code=201, middlewares=[once], openapi_extensions=ONCE, tags=["projects"])
def create_project(body: NewProject, user_id: SignedIn) -> Project:
    """A new project."""
    return projects.create(connect(), user_id, body)


@router.get("/v1/projects", tags=["projects"])
def list_projects(user_id: SignedIn, limit: Limit = 50, cursor: Cursor = None) -> ProjectPage:
    """Your projects, newest first."""
    return projects.listed(connect(), user_id, limit, cursor)


@router.get("/v1/deleted-projects", tags=["projects"])
def list_deleted_projects(user_id: SignedIn, limit: Limit = 50, cursor: Cursor = None) -> DeletedProjectPage:
    """Projects of yours that were deleted and can still be brought back."""
    return projects.deleted(connect(), user_id, limit, cursor)


@router.post("/v1/deleted-projects/<project_id>/restore", tags=["projects"])
def restore_project(project_id: str, user_id: SignedIn) -> Project:
    """Brings a deleted project back, with all that is in it."""
    return projects.restore(connect(), user_id, project_id)


@router.get("/v1/projects/<project_id>", tags=["projects"])
def get_project(project_id: str, user_id: SignedIn) -> Project:
    """One of your projects."""
    return projects.found(connect(), user_id, project_id)


@router.patch("/v1/projects/<project_id>", tags=["projects"])
def change_project(project_id: str, body: ProjectChange, user_id: SignedIn) -> Project:
    """Changes what is named; the rest stays."""
    return projects.change(connect(), user_id, project_id, body)


@router.delete("/v1/projects/<project_id>", status_code=204, tags=["projects"])
def delete_project(project_id: str, user_id: SignedIn) -> None:
    """Takes a project and all that is in it out of sight; refused while a job of it runs or a tour is published.

    It can be brought back for seven days; then nothing of it is left.
    """
    projects.delete(connect(), user_id, project_id)


@router.get("/v1/projects/<project_id>/costs", tags=["projects"])
def get_project_costs(project_id: str, user_id: SignedIn) -> costs.ProjectCosts:
    """What the jobs of a project have cost, those that still run as far as their stages have ended."""
    return costs.of_project(connect(), user_id, project_id)


@router.get("/v1/projects/<project_id>/members", tags=["projects"])
def list_members(project_id: str, user_id: SignedIn) -> members.Members:
    """Everybody in the project, and who is invited."""
    return members.listed(connect(), user_id, project_id)


@router.post("/v1/projects/<project_id>/members", status_code=201, tags=["projects"])
def invite_member(project_id: str, body: members.NewMember, user_id: SignedIn) -> members.Member:
    """Mails an invitation, good for 14 days; it replaces one that was mailed to the address before."""
    return members.invite(connect(), user_id, project_id, body)


@router.patch("/v1/projects/<project_id>/members/<member_id>", tags=["projects"])
def change_member(
    project_id: str, member_id: str, body: members.RoleChange, user_id: SignedIn
) -> members.Member:
    """Another role for a member."""
    return members.change(connect(), user_id, project_id, member_id, body)


@router.delete("/v1/projects/<project_id>/members/<member_id>", status_code=204, tags=["projects"])
def remove_member(project_id: str, member_id: str, user_id: SignedIn) -> None:
    """Takes a member out, or an invitation back; members may take themselves out."""
    members.remove(connect(), user_id, project_id, member_id)


@router.post("/v1/invitations/accept", tags=["projects"])
def accept_invitation(body: members.InvitationCode, user_id: InSession) -> Project:
    """Takes an invitation with the code from its letter; the answer is the project."""
    return members.accept(connect(), user_id, body)


# --- jobs ---------------------------------------------------------------------------------------


@router.get("/v1/jobs", tags=["jobs"])
def list_jobs(
    user_id: SignedIn,
    status: JobState | None = None,
    product: str | None = None,
    project: str | None = None,
    batch: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> jobs.JobPage:
    """Your jobs, newest first. Go on until the cursor is null: a page may be short."""
    which = jobs.JobFilter(status=status, product=product, project_id=project, batch_id=batch)
    return jobs.listed(connect(), user_id, which, limit, cursor)


@router.get("/v1/jobs/<job_id>", tags=["jobs"])
def get_job(job_id: str, user_id: SignedIn) -> jobs.JobDetails:
    """A job, its stages and their reports."""
    return jobs.look(connect(), user_id, job_id)


@router.get("/v1/jobs/<job_id>/stages/<stage>/files", tags=["jobs"])
def list_job_files(
    job_id: str,
    stage: str,
    user_id: SignedIn,
    prefix: Annotated[
        str, Query(max_length=500, description="Only paths that start so, as in `images/` or `metadata.json`")
    ] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> job_files.JobFilePage:
    """What a stage of the newest attempt wrote, each file with a link that is good for 15 minutes."""
    return job_files.listed(connect(), user_id, job_id, stage, prefix, limit, cursor)


@router.post(
    "/v1/jobs/<job_id>/retry", status_code=202, middlewares=[once], openapi_extensions=ONCE, tags=["jobs"]
)
def retry_job(
    job_id: str, user_id: SignedIn, body: Annotated[jobs.Retry | None, Body()] = None
) -> jobs.JobDetails:
    """A new attempt of a job that failed, was refused or was cancelled; finished stages are not run again.

    With other parameters, or from a stage on, a job that succeeded may be run again too.
    """
    again = jobs.retry(connect(), user_id, job_id, body, STAGES)
    tell(job_id)
    return again


@router.patch("/v1/jobs/<job_id>/budget", tags=["jobs"])
def set_budget(job_id: str, body: jobs.BudgetChange, user_id: SignedIn) -> jobs.JobDetails:
    """What a job may cost from now on. One that was stopped by its budget goes on when it is retried."""
    changed = jobs.set_budget(connect(), user_id, job_id, body)
    tell(job_id)
    return changed


@router.post("/v1/jobs/<job_id>/cancel", tags=["jobs"])
def cancel_job(job_id: str, user_id: SignedIn) -> jobs.JobDetails:
    """Cancels a job at once; what runs of it is stopped within seconds."""
    cancelled = jobs.cancel(connect(), user_id, job_id)
    tell(job_id)
    return cancelled


@router.get("/v1/jobs/<job_id>/logs", tags=["jobs"])
def get_log(
    job_id: str,
    user_id: SignedIn,
    stage: Annotated[
        str | None, Query(max_length=64, description="The newest that has begun, if left out")
    ] = None,
    after: Annotated[int, Query(ge=0, description="`next` of the answer before: only what came since")] = 0,
) -> logs.LogText:
    """What a stage of the newest attempt has printed, also while it runs; ask again from `next` for more."""
    return logs.read(connect(), user_id, job_id, stage, after)


@router.get("/v1/batches", tags=["jobs"])
def list_batches(
    user_id: SignedIn, project: str | None = None, limit: Limit = 50, cursor: Cursor = None
) -> batches.BatchPage:
    """The batches of a project, which has to be named, newest first."""
    return batches.listed(connect(), user_id, project, limit, cursor)


@router.get("/v1/batches/<batch_id>", tags=["jobs"])
def get_batch(batch_id: str, user_id: SignedIn) -> batches.BatchView:
    """How far a batch is, and what it has cost; its jobs are at `/v1/jobs?project=...&batch=...`."""
    return batches.look(connect(), user_id, batch_id)


@router.post("/v1/batches/<batch_id>/cancel", tags=["jobs"])
def cancel_batch(batch_id: str, user_id: SignedIn) -> batches.BatchView:
    """Cancels all of its jobs that have not ended, and starts no more."""
    return batches.cancel(connect(), user_id, batch_id)


@router.post("/v1/batches/<batch_id>/retry", tags=["jobs"])
def retry_batch(batch_id: str, body: batches.BatchRetry, user_id: SignedIn) -> batches.BatchView:
    """Tries again what did not succeed, with another budget if one is named; what is finished is kept."""
    return batches.retry(connect(), user_id, batch_id, body)


# --- live ---------------------------------------------------------------------------------------


@router.post("/v1/live/tickets", status_code=201, tags=["live"])
def buy_ticket(user_id: SignedIn) -> live.Ticket:
    """Lets a page hear news as they happen: opens one WebSocket at `{url}?ticket={ticket}` within a minute.

    It brings `{"type": "job", "job": ...}` as `GET /v1/jobs/{job_id}` gives it, or `{"type": "job_changed",
    "job_id": ...}` where that is too long. `{"action": "ping"}` is answered by `{"type": "pong"}`.
    """
    return live.sell(connect(), user_id)


@router.get("/v1/downloads/<token>", openapi_extensions=OPEN, tags=["jobs"], status_code=302)
def follow_download(token: str) -> Response[str]:
    """Leads from a letter's link, good for 24 hours, to a link of five minutes to the file."""
    return Response(302, "text/plain", "", {"Location": downloads.link(connect(), token)})


# --- webhooks -----------------------------------------------------------------------------------


@router.get("/v1/webhooks", tags=["webhooks"])
def list_webhooks(user_id: InSession) -> webhooks.Webhooks:
    """Your webhooks."""
    return webhooks.listed(connect(), user_id)


@router.post("/v1/webhooks", status_code=201, tags=["webhooks"])
def create_webhook(body: webhooks.NewWebhook, user_id: InSession) -> webhooks.MadeWebhook:
    """Has a server of yours told when your jobs end; the secret that signs is shown this once.

    `Diorama-Signature: t=<Unix seconds>,v1=<hex>`: HMAC-SHA256 with the secret over `<t>.<body>`.
    """
    return webhooks.create(connect(), user_id, body)


@router.delete("/v1/webhooks/<webhook_id>", status_code=204, tags=["webhooks"])
def remove_webhook(webhook_id: str, user_id: InSession) -> None:
    """Tells it nothing more."""
    webhooks.remove(connect(), user_id, webhook_id)


@router.post("/v1/webhooks/<webhook_id>/rotate", tags=["webhooks"])
def rotate_webhook(webhook_id: str, user_id: InSession) -> webhooks.MadeWebhook:
    """A new secret; for a day the old one signs as well (two `v1`)."""
    return webhooks.rotate(connect(), user_id, webhook_id)


@router.post("/v1/webhooks/<webhook_id>/test", status_code=202, tags=["webhooks"])
def test_webhook(webhook_id: str, user_id: InSession) -> webhooks.Delivery:
    """Has it told something that means nothing, within a minute."""
    return webhooks.test(connect(), user_id, webhook_id)


@router.get("/v1/webhooks/<webhook_id>/deliveries", tags=["webhooks"])
def list_deliveries(
    webhook_id: str, user_id: InSession, limit: Limit = 50, cursor: Cursor = None
) -> webhooks.DeliveryPage:
    """What it was told in the last 30 days, and what it answered."""
    return webhooks.deliveries(connect(), user_id, webhook_id, limit, cursor)


# --- the studio itself --------------------------------------------------------------------------


@router.post("/v1/page-errors", status_code=204, tags=["studio"])
def report_page_error(body: page_errors.NewPageError, user_id: SignedIn, correlation_id: Correlation) -> None:
    """For the pages: tells those who run the studio of a mistake that a page made."""
    page_errors.note(connect(), user_id, body, correlation_id)


@router.get("/v1/health", openapi_extensions=OPEN, tags=["studio"])
def get_health() -> Response[health.Health]:
    """Whether store, records, workflows and compute answer; 503 where one does not."""
    found = health.check(connect())
    return Response(200 if found.status == "ok" else 503, "application/json", found)


@router.get("/v1/openapi.json", openapi_extensions=OPEN, tags=["studio"])
def get_document() -> Response[dict[str, Any]]:
    """This document."""
    from openapi import document  # every room's routes: heavy, and seldom asked for

    return Response(200, "application/json", document(), {"Cache-Control": "public, max-age=300"})


handler = handler_of(router, admin.router)
