"""The planner's door: try rules, staffing and surges before anyone lives them."""
