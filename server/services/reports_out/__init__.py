"""A report as people take it away: one sheet of the same figures for the page, CSV, XLSX and paper."""
