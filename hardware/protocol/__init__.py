"""Wire formats, as pure functions of bytes: nothing here opens a port."""
