"""`python -m paxsilica.web --port 8080`: the server without a browser."""

from __future__ import annotations

import argparse

from paxsilica.web.serve import PORT, serve_browser

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--store", help="Where answers are kept; else your own file.")
    given = parser.parse_args()
    serve_browser(port=given.port, show=False, store=given.store)
