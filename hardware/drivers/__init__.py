"""Drivers of panels, keypads, LED boards and scanners: plug-ins behind one small interface each (see base.py)."""
