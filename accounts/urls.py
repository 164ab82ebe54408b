"""The addresses of this floor; `accounts/` itself (log in, sign up, passwords) is allauth's."""

from django.urls import path

from accounts.views import inbox, invitations, people, reaching, teams, unsubscribing

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read"),
    path("inbox/<uuid:message_id>/", inbox.message, name="message"),
    path("profile/", people.profile, name="profile"),
    path("profile/address/again/", people.address_again, name="profile_address_again"),
    path("profile/working-time/", reaching.working_time, name="profile_working_time"),
    path("profile/days-off/", reaching.add_days_off, name="profile_days_off"),
    path("profile/days-off/<uuid:days_off_id>/remove/", reaching.remove_days_off, name="profile_days_off_remove"),
    path("profile/messages/", reaching.message_choices, name="profile_messages"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("team/", teams.team, name="team"),
    path("team/new/", teams.new_team, name="team_new"),
    path("team/<uuid:team_id>/invite/", invitations.invite, name="invite"),
    path("team/<uuid:team_id>/settings/", teams.settings, name="team_settings"),
    path("team/members/<uuid:membership_id>/role/", teams.role, name="member_role"),
    path("team/members/<uuid:membership_id>/address/again/", teams.address_again, name="member_address_again"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/join/", invitations.join, name="invitation_join"),
]
