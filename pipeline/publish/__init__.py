"""Publishing: plan, execute with warm kernels, gate, render, publish by one rename, record, deliver."""
