"""Jobs: from the row that a person's request makes to the state that it ends in."""
