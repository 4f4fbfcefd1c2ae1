"""Outside systems: buckets and Kafka. Each library is imported where it is needed first."""
