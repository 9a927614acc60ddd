"""One verb per module; the only place that opens a transaction and writes the audit event."""
