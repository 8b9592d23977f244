"""Models behind a server, through litellm. Touches the network; litellm is imported at the first call."""
