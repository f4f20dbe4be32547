"""What came of it: an event's and a series' conversations, ideas and pledges, counted, each with its chain back to the pitch."""
