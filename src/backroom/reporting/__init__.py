"""Layer 4: what the business's records say in numbers, and when a number is worth a person's attention."""
