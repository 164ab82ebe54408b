from django.urls import path

from tasks.views.actions import task_action
from tasks.views.answer_link import answer_link
from tasks.views.files import file
from tasks.views.handover import clarity, task_edit, task_new
from tasks.views.lists import task_list
from tasks.views.now import now
from tasks.views.resources import resource_edit, resource_remove, resources
from tasks.views.task import task_page
from tasks.views.usual import team_checkin_remove, team_checkins

urlpatterns = [
    path("now/", now, name="now"),
    path("tasks/", task_list, name="task_list"),
    path("tasks/new/", task_new, name="task_new"),
    path("tasks/clarity/", clarity, name="clarity"),
    path("tasks/<uuid:task_id>/", task_page, name="task"),
    path("tasks/<uuid:task_id>/edit/", task_edit, name="task_edit"),
    path("tasks/<uuid:task_id>/<slug:slug>/", task_action, name="task_action"),
    path("resources/", resources, name="resources"),
    path("resources/<uuid:resource_id>/", resource_edit, name="resource_edit"),
    path("resources/<uuid:resource_id>/remove/", resource_remove, name="resource_remove"),
    path("team/<uuid:team_id>/check-ins/", team_checkins, name="team_checkins"),
    path("team/<uuid:team_id>/check-ins/<uuid:rule_id>/remove/", team_checkin_remove, name="team_checkin_remove"),
    path("c/<str:token>/", answer_link, name="answer_link"),
    path("files/<uuid:file_id>/", file, name="file"),
]
