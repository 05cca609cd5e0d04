"""A solved run as sentences, tables, charts and one HTML page. Reads results, never solves."""

from paxsilica.report.focus import Focus, focus
from paxsilica.report.folder import check_folder
from paxsilica.report.reading import focus_of
from paxsilica.report.record import as_json
from paxsilica.report.summary import region_rows, summary_lines
from paxsilica.report.write import write_report

__all__ = ["Focus", "as_json", "check_folder", "focus", "focus_of", "region_rows", "summary_lines", "write_report"]
