"""Everything that a team or a person has, as a zip to take along."""
