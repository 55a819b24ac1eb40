"""Figures and documents made from reports and stored scores."""
