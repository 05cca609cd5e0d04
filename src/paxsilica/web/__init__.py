"""The door to a browser on one's own machine: `pax serve`. It turns a request into a question and an answer into a page."""
