"""What analysts do by hand: a one-off report, a new notebook, JupyterLab with warm kernels."""
