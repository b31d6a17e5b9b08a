"""Measurements that the README quotes; each is one command."""
