"""How the rehearsal's digits are made: by networks that learnt from real ones what digits look like."""
