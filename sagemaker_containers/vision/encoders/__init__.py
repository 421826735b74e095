"""The owner's image encoders, and the mask decoders that the browser runs on what they make."""
