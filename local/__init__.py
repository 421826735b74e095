"""Local mode: the same handlers, machines and worker on one computer, without AWS."""
