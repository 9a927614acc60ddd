"""What every room stands on: credits, millimetres, diagnostics and the error tree."""
