"""What those who run kam look at: whether it lives, whether it is ready, and how much it does."""
