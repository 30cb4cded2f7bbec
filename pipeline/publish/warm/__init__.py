"""Warm kernels: a fork server that hands out IPython kernels with the heavy libraries already imported.

Usable on its own. `WarmKernelProvisioner` is registered under the entry point group
`jupyter_client.kernel_provisioners` as `quarterdeck-warm`, so that papermill, nbclient, nbconvert and
JupyterLab use it unchanged: name it in a kernel specification, or set
`JUPYTER_DEFAULT_PROVISIONER_NAME=quarterdeck-warm`. Wherever a fork would be unsafe an ordinary kernel
starts instead and the reason is logged.

Who does what: `provisioner` (in the owner: JupyterLab, a papermill worker) asks `client`, which finds or
starts the `server` that serves its `key`; the server forks, and `child` turns the fork into a kernel.
`wire` is what they speak.
"""
