"""Long-lived worker processes: papermill's API in a loop, one notebook at a time, within limits."""
