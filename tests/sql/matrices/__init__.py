"""Probes made systematically: a module a family, whose `probes()` yields statements (or `Probe`s)."""
