"""Files that an office brings along: recorded phrases, pictures and video. Checked, kept by their content, served."""
