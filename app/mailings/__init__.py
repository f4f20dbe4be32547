"""What organisers write to attendees: before the event, on the day, the evening after."""
