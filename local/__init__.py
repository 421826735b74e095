"""Diorama on one machine: the same handlers, machines and worker, without an AWS account."""
