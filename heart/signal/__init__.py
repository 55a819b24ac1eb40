"""From bytes to clean, equal windows, and what the signal itself tells: quality, heart rate, heart sounds."""
