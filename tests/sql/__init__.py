"""The SQL compiler against ClickHouse: one small data set, probes over it, and ClickHouse's recorded answers."""
