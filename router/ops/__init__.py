"""One file per thing a user can ask for, in any face."""
