"""Agent hosts: what each sends, obeys and reads."""
