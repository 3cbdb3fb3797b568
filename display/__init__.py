"""The waiting-room screen: its page, the board, and the announcer that speaks the calls."""
