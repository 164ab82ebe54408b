"""Which form goes with which action, and what is said when it is done.

One view (views/actions.py) serves them all: find the task, show the form, call the action, say what happened.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delegation.workflow import Action
from tasks import runs
from tasks.actions import delivery, gates, handing_over
from tasks.forms import actions as forms
from tasks.forms.actions import ActionForm
from tasks.forms.effort import LogExpenseForm, LogWorkForm, RestingRuleForm, RuleForm
from tasks.forms.flags import AnswerFlagForm, FlagForm
from tasks.runs import Run


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One action as people meet it.

    `action`: what the transition table is asked about. `run`: calls the action with the form's values and with who, on
    what task, when and seeing which revision. `template`: only for forms that need a layout of their own.
    """

    action: Action
    title: Promise
    button: Promise
    done: Promise
    run: Run
    form: type[ActionForm] = forms.NoteForm
    template: str = "tasks/action.html"
    danger: bool = False
    quiet: bool = False
    lede: Promise | str = field(default="")


SCREENS: dict[str, Screen] = {
    "delegate": Screen(
        action=Action.DELEGATE, title=_("Hand over"), button=_("Hand over"), done=_("Handed over."), run=runs.delegate
    ),
    "accept-task": Screen(
        action=Action.ACCEPT_TASK,
        title=_("Accept this task"),
        button=_("Accept"),
        done=_("Accepted. Good luck with it."),
        run=runs.accept_task,
        form=forms.AcceptTaskForm,
    ),
    "decline": Screen(
        action=Action.DECLINE,
        title=_("Decline this task"),
        button=_("Decline"),
        done=_("Declined. The task is back where it came from."),
        run=runs.decline,
        form=forms.DeclineForm,
        quiet=True,
    ),
    "acknowledge": Screen(
        action=Action.ACKNOWLEDGE,
        title=_("The brief has changed"),
        button=_("Understood"),
        done=_("Noted. The new brief counts from now on."),
        run=runs.acknowledge,
        form=ActionForm,
    ),
    "ask": Screen(
        action=Action.ASK,
        title=_("Ask a question"),
        button=_("Ask"),
        done=_("Asked. The question stays open until it is answered."),
        run=runs.ask,
        form=forms.QuestionForm,
        quiet=True,
    ),
    "answer": Screen(
        action=Action.ANSWER,
        title=_("Answer a question"),
        button=_("Answer"),
        done=_("Answered."),
        run=runs.answer,
        form=forms.AnswerForm,
    ),
    "propose": Screen(
        action=Action.PROPOSE,
        title=_("Make a proposal"),
        button=_("Send the proposal"),
        done=_("Sent. You hear as soon as there is an answer."),
        run=runs.texted(gates.propose),
        form=forms.ProposeForm,
    ),
    "approve": Screen(
        action=Action.APPROVE,
        title=_("Approve the proposal"),
        button=_("Approve"),
        done=_("Approved. Your assistant can go on."),
        run=runs.texted(gates.approve),
    ),
    "ask-for-changes": Screen(
        action=Action.ASK_FOR_CHANGES,
        title=_("Ask for changes"),
        button=_("Ask for changes"),
        done=_("Sent. You get a new proposal."),
        run=runs.texted(gates.ask_for_changes),
        form=forms.ReasonForm,
        quiet=True,
    ),
    "submit-options": Screen(
        action=Action.SUBMIT_OPTIONS,
        title=_("Submit options"),
        button=_("Send the options"),
        done=_("Sent. You hear as soon as a choice is made."),
        run=runs.submit_options,
        form=forms.OptionsForm,
        template="tasks/options_form.html",
        lede=_("Two or three, each with what speaks for and against it. Say which one you would take."),
    ),
    "choose": Screen(
        action=Action.CHOOSE,
        title=_("Choose"),
        button=_("Choose"),
        done=_("Chosen. Your assistant carries it out."),
        run=runs.choose,
        form=forms.ChooseForm,
        template="tasks/choose_form.html",
    ),
    "ask-for-other-options": Screen(
        action=Action.ASK_FOR_OTHER_OPTIONS,
        title=_("Ask for other options"),
        button=_("Ask for other options"),
        done=_("Sent. You get other options."),
        run=runs.texted(gates.ask_for_other_options),
        form=forms.ReasonForm,
        quiet=True,
    ),
    "tick-step": Screen(
        action=Action.TICK_STEP,
        title=_("Tick off a step"),
        button=_("Tick off"),
        done=_("Ticked off."),
        run=runs.tick,
        form=forms.TickForm,
    ),
    "ask-to-deviate": Screen(
        action=Action.ASK_TO_DEVIATE,
        title=_("Ask to do a step otherwise"),
        button=_("Ask"),
        done=_("Asked. The task waits for the answer."),
        run=runs.texted(gates.ask_to_deviate),
        form=forms.DeviateForm,
        quiet=True,
    ),
    "allow-deviation": Screen(
        action=Action.ALLOW_DEVIATION,
        title=_("Allow the deviation"),
        button=_("Do it like that"),
        done=_("Allowed. Your assistant can go on."),
        run=runs.allow_deviation,
    ),
    "refuse-deviation": Screen(
        action=Action.REFUSE_DEVIATION,
        title=_("Hold to the step"),
        button=_("Hold to the step"),
        done=_("Sent. The step stays as it is."),
        run=runs.refuse_deviation,
        quiet=True,
    ),
    "answer-checkin": Screen(
        action=Action.ANSWER_CHECKIN,
        title=_("How is it going?"),
        button=_("Send"),
        done=_("Thank you. That is all."),
        run=runs.answer_checkin,
        form=forms.CheckinForm,
    ),
    "pause-checkin-rule": Screen(
        action=Action.PAUSE_CHECKIN_RULE,
        title=_("Pause a check-in"),
        button=_("Pause"),
        done=_("Paused. Nothing is asked until you let it go on."),
        run=runs.pause_checkin_rule,
        form=RuleForm,
        quiet=True,
    ),
    "resume-checkin-rule": Screen(
        action=Action.RESUME_CHECKIN_RULE,
        title=_("Let a check-in go on"),
        button=_("Go on"),
        done=_("It goes on from now."),
        run=runs.resume_checkin_rule,
        form=RestingRuleForm,
        quiet=True,
    ),
    "log-work": Screen(
        action=Action.LOG_WORK,
        title=_("Log time"),
        button=_("Log it"),
        done=_("Logged."),
        run=runs.log_work,
        form=LogWorkForm,
        quiet=True,
    ),
    "log-expense": Screen(
        action=Action.LOG_EXPENSE,
        title=_("Log an expense"),
        button=_("Log it"),
        done=_("Logged."),
        run=runs.log_expense,
        form=LogExpenseForm,
        quiet=True,
    ),
    "flag": Screen(
        action=Action.FLAG,
        title=_("This can't be done like this"),
        button=_("Flag it"),
        done=_("Flagged. You hear as soon as there is a choice."),
        run=runs.flag,
        form=FlagForm,
        quiet=True,
        lede=_("Say it at once, before time or money is lost. You don't have to solve it alone."),
    ),
    "answer-flag": Screen(
        action=Action.GIVE_MORE,
        title=_("Answer the flag"),
        button=_("Answer"),
        done=_("Answered. Your assistant knows where they stand."),
        run=runs.answer_flag,
        form=AnswerFlagForm,
        template="tasks/flag_form.html",
    ),
    "submit-findings": Screen(
        action=Action.SUBMIT_FINDINGS,
        title=_("Submit your findings"),
        button=_("Submit the findings"),
        done=_("Submitted."),
        run=runs.submit_findings,
        form=forms.FindingsForm,
        template="tasks/findings_form.html",
        lede=_("Facts with their sources. No advice: the decision comes later, and elsewhere."),
    ),
    "deliver": Screen(
        action=Action.DELIVER,
        title=_("Deliver the result"),
        button=_("Deliver"),
        done=_("Delivered."),
        run=runs.deliver,
        form=forms.DeliverForm,
        template="tasks/deliver_form.html",
    ),
    "accept-result": Screen(
        action=Action.ACCEPT_RESULT,
        title=_("Accept the result"),
        button=_("Accept"),
        done=_("Accepted. This task is done."),
        run=runs.texted(delivery.accept_result),
    ),
    "send-back": Screen(
        action=Action.SEND_BACK,
        title=_("Send it back"),
        button=_("Send back"),
        done=_("Sent back. Your assistant knows what is missing."),
        run=runs.send_back,
        form=forms.SendBackForm,
        template="tasks/send_back_form.html",
        quiet=True,
    ),
    "reopen": Screen(
        action=Action.REOPEN,
        title=_("Open this task again"),
        button=_("Open again"),
        done=_("Open again."),
        run=runs.texted(delivery.reopen),
        form=forms.ReopenForm,
        quiet=True,
    ),
    "hand-back": Screen(
        action=Action.HAND_BACK,
        title=_("Hand this task back"),
        button=_("Hand back"),
        done=_("Handed back."),
        run=runs.texted(handing_over.hand_back),
        form=forms.HandBackForm,
        quiet=True,
    ),
    "reassign": Screen(
        action=Action.REASSIGN,
        title=_("Give it to somebody else"),
        button=_("Give it to somebody else"),
        done=_("Offered to somebody else."),
        run=runs.reassign,
        form=forms.ReassignForm,
        quiet=True,
    ),
    "stop": Screen(
        action=Action.STOP,
        title=_("Stop this task"),
        button=_("Stop"),
        done=_("Stopped."),
        run=runs.texted(handing_over.stop),
        form=forms.StopForm,
        danger=True,
        quiet=True,
    ),
}
