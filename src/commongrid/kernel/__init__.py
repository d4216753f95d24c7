"""The pure floor of the house: values and rules that need neither a database nor a network."""
