"""What the pages draw with; the only room that knows Streamlit."""
