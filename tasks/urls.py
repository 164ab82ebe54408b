from django.urls import path, register_converter

from tasks.months import MonthConverter
from tasks.views.absences import absence_end, absences
from tasks.views.actions import task_action
from tasks.views.agreements import (
    agreement,
    agreement_accept,
    agreement_decline,
    agreement_pair,
    agreement_propose,
    agreement_withdraw,
    agreements,
)
from tasks.views.answer_link import answer_link
from tasks.views.closing import profile_delete, team_delete, team_delete_call_off
from tasks.views.departures import departure_secret_done, departures
from tasks.views.entries import task_time, time_entry
from tasks.views.expenses import expense_receipt, expense_withdraw, task_expenses
from tasks.views.files import file
from tasks.views.handover import clarity, resource_picker, task_edit, task_new
from tasks.views.kept_money import money_records, money_records_csv
from tasks.views.leaving import member_leaving, member_leaving_end, member_leaving_timer, member_leaving_work
from tasks.views.lists import task_list
from tasks.views.members import member_ceiling, member_role
from tasks.views.my_data import profile_data, profile_export, profile_export_ask
from tasks.views.now import now
from tasks.views.resources import resource, resource_edit, resource_remove, resources
from tasks.views.secrets import secret_code, secret_copy, secret_show
from tasks.views.task import task_page
from tasks.views.team_money import team_money
from tasks.views.timer import timer_still, timer_stop
from tasks.views.timesheets import (
    timesheet,
    timesheet_approve,
    timesheet_csv,
    timesheet_pdf,
    timesheet_take_back,
    timesheets,
)
from tasks.views.usual import team_checkin_remove, team_checkins
from tasks.views.usual_limits import team_limits, team_limits_remove
from tasks.views.versions import task_versions
from tasks.views.wishes import wish_drop, wish_task, wishes

register_converter(MonthConverter, "month")
SHEET = "timesheets/<uuid:team_id>/<uuid:assistant_id>/<month:month>/"

urlpatterns = [
    path("now/", now, name="now"),
    path("tasks/", task_list, name="task_list"),
    path("tasks/new/", task_new, name="task_new"),
    path("tasks/clarity/", clarity, name="clarity"),
    path("tasks/resources/", resource_picker, name="resource_picker"),
    path("tasks/<uuid:task_id>/", task_page, name="task"),
    path("tasks/<uuid:task_id>/edit/", task_edit, name="task_edit"),
    path("tasks/<uuid:task_id>/time/", task_time, name="task_time"),
    path("time/<uuid:entry_id>/", time_entry, name="time_entry"),
    path("timer/stop/", timer_stop, name="timer_stop"),
    path("timer/still/", timer_still, name="timer_still"),
    path("tasks/<uuid:task_id>/expenses/", task_expenses, name="task_expenses"),
    path("tasks/<uuid:task_id>/expenses/<uuid:expense_id>/receipt/", expense_receipt, name="expense_receipt"),
    path("tasks/<uuid:task_id>/expenses/<uuid:expense_id>/withdraw/", expense_withdraw, name="expense_withdraw"),
    path("tasks/<uuid:task_id>/versions/", task_versions, name="task_versions"),
    path("tasks/<uuid:task_id>/<slug:slug>/", task_action, name="task_action"),
    path("resources/", resources, name="resources"),
    path("resources/<uuid:resource_id>/", resource, name="resource"),
    path("resources/<uuid:resource_id>/change/", resource_edit, name="resource_edit"),
    path("resources/<uuid:resource_id>/remove/", resource_remove, name="resource_remove"),
    path("resources/<uuid:resource_id>/password/show/", secret_show, name="secret_show"),
    path("resources/<uuid:resource_id>/password/copy/", secret_copy, name="secret_copy"),
    path("resources/<uuid:resource_id>/code/", secret_code, name="secret_code"),
    path("team/<uuid:team_id>/check-ins/", team_checkins, name="team_checkins"),
    path("team/<uuid:team_id>/check-ins/<uuid:rule_id>/remove/", team_checkin_remove, name="team_checkin_remove"),
    path("team/<uuid:team_id>/away/", absences, name="absences"),
    path("team/away/<uuid:absence_id>/end/", absence_end, name="absence_end"),
    path("team/<uuid:team_id>/limits/", team_limits, name="team_limits"),
    path("team/<uuid:team_id>/limits/<uuid:limits_id>/remove/", team_limits_remove, name="team_limits_remove"),
    path("team/members/<uuid:membership_id>/role/", member_role, name="member_role"),
    path("team/members/<uuid:membership_id>/ceiling/", member_ceiling, name="member_ceiling"),
    path("team/members/<uuid:membership_id>/leaving/", member_leaving, name="member_leaving"),
    path("team/members/<uuid:membership_id>/leaving/tasks/", member_leaving_work, name="member_leaving_work"),
    path("team/members/<uuid:membership_id>/leaving/timer/", member_leaving_timer, name="member_leaving_timer"),
    path("team/members/<uuid:membership_id>/leaving/end/", member_leaving_end, name="member_leaving_end"),
    path("team/<uuid:team_id>/departures/", departures, name="departures"),
    path("team/<uuid:team_id>/departures/<uuid:secret_id>/done/", departure_secret_done, name="departure_secret_done"),
    path("wishes/", wishes, name="wishes"),
    path("wishes/<uuid:wish_id>/task/", wish_task, name="wish_task"),
    path("wishes/<uuid:wish_id>/drop/", wish_drop, name="wish_drop"),
    path("profile/data/", profile_data, name="profile_data"),
    path("profile/data/export/", profile_export_ask, name="profile_export_ask"),
    path("profile/data/<uuid:export_id>/", profile_export, name="profile_export"),
    path("profile/delete/", profile_delete, name="profile_delete"),
    path("team/<uuid:team_id>/delete/", team_delete, name="team_delete"),
    path("team/<uuid:team_id>/delete/call-off/", team_delete_call_off, name="team_delete_call_off"),
    path("timesheets/", timesheets, name="timesheets"),
    path("timesheets/<uuid:team_id>/kept/", money_records, name="money_records"),
    path("timesheets/<uuid:team_id>/kept/csv/", money_records_csv, name="money_records_csv"),
    path(SHEET, timesheet, name="timesheet"),
    path(f"{SHEET}approve/", timesheet_approve, name="timesheet_approve"),
    path(f"{SHEET}take-back/", timesheet_take_back, name="timesheet_take_back"),
    path(f"{SHEET}csv/", timesheet_csv, name="timesheet_csv"),
    path(f"{SHEET}pdf/", timesheet_pdf, name="timesheet_pdf"),
    path("team/<uuid:team_id>/money/", team_money, name="team_money"),
    path("team/<uuid:team_id>/agreements/", agreements, name="agreements"),
    path("team/<uuid:team_id>/agreements/<uuid:assistant_id>/", agreement_pair, name="agreement_pair"),
    path("team/<uuid:team_id>/agreements/<uuid:assistant_id>/propose/", agreement_propose, name="agreement_propose"),
    path("team/<uuid:team_id>/agreements/<uuid:assistant_id>/<uuid:agreement_id>/", agreement, name="agreement"),
    path(
        "team/<uuid:team_id>/agreements/<uuid:assistant_id>/<uuid:agreement_id>/accept/",
        agreement_accept,
        name="agreement_accept",
    ),
    path(
        "team/<uuid:team_id>/agreements/<uuid:assistant_id>/<uuid:agreement_id>/decline/",
        agreement_decline,
        name="agreement_decline",
    ),
    path(
        "team/<uuid:team_id>/agreements/<uuid:assistant_id>/<uuid:agreement_id>/withdraw/",
        agreement_withdraw,
        name="agreement_withdraw",
    ),
    path("c/<str:token>/", answer_link, name="answer_link"),
    path("files/<uuid:file_id>/", file, name="file"),
]
