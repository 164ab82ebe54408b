"""The addresses of this floor; `accounts/` itself (log in, sign up, passwords) is allauth's."""

from django.urls import path

from accounts.views import (
    inbox,
    invitations,
    logging_in,
    ownership,
    people,
    reaching,
    teams,
    unsubscribing,
    what_happened,
)

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read"),
    path("inbox/<uuid:message_id>/", inbox.message, name="message"),
    path("profile/", people.profile, name="profile"),
    path("profile/address/again/", people.address_again, name="profile_address_again"),
    path("profile/login/", logging_in.profile_login, name="profile_login"),
    path("profile/login/devices/<int:session_id>/end/", logging_in.end_session, name="session_end"),
    path("profile/login/devices/end/", logging_in.end_others, name="sessions_end_others"),
    path("profile/working-time/", reaching.working_time, name="profile_working_time"),
    path("profile/days-off/", reaching.add_days_off, name="profile_days_off"),
    path("profile/days-off/<uuid:days_off_id>/remove/", reaching.remove_days_off, name="profile_days_off_remove"),
    path("profile/messages/", reaching.message_choices, name="profile_messages"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("team/", teams.team, name="team"),
    path("team/new/", teams.new_team, name="team_new"),
    path("team/<uuid:team_id>/invite/", invitations.invite, name="invite"),
    path("team/<uuid:team_id>/settings/", teams.settings, name="team_settings"),
    path("team/<uuid:team_id>/what-happened/", what_happened.what_happened, name="what_happened"),
    path("team/<uuid:team_id>/what-happened/download/", what_happened.download, name="what_happened_download"),
    path("team/<uuid:team_id>/second-step/", teams.second_step, name="team_second_step"),
    path("team/<uuid:team_id>/owner/", ownership.team_owner, name="team_owner"),
    path("team/members/<uuid:membership_id>/address/again/", teams.address_again, name="member_address_again"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/join/", invitations.join, name="invitation_join"),
]
