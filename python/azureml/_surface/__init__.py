"""Every public name of the SDK, so that one which is not built yet raises an error that says its name."""
