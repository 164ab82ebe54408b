"""What a team has agreed on, beside the rules that hold for everyone."""

from delegation.models.agreements import Agreement, AgreementKind, AgreementState
from delegation.models.money import TeamMoney

__all__ = ["Agreement", "AgreementKind", "AgreementState", "TeamMoney"]
