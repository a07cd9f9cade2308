"""What a job is: its states, its order, its name. Standard library only."""
