"""One function per verb. Each checks the transition table and writes the rows, the event and the messages together.

Views, admin, jobs, imports and the API call these and nothing below them, so that no path walks around a rule.
"""
