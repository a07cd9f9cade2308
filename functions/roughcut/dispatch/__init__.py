"""The use cases around the table: take a job in, start the best one, free its slot, tell how it is. Ports only."""
