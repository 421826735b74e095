"""Reading the photo that a person gave us, whatever it is, as one plain picture."""
