"""`python -m paxsilica.web --port 8080`: the server without a browser."""

from __future__ import annotations

import argparse

from paxsilica.web.serve import PORT, serve_browser

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    serve_browser(port=parser.parse_args().port, show=False)
