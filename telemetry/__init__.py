"""What the server tells of itself: figures and health. It knows nothing else of ours, so all may use it."""
