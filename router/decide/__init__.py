"""The fast half: facts and a table become a decision and its trace."""
