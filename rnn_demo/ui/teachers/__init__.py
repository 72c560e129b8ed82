"""For teachers: ready pictures for slides, each with the place of the page where it comes alive."""
