"""Text and files: vocabularies, spelling, paraphrases, CSV files, and the data that ships under files/."""
