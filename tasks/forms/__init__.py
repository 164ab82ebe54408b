"""The forms: reading what people type, with an answer in words beside each field. They write nothing."""
