"""The voice of the waiting room: words, sound, and where finished announcements are kept."""
