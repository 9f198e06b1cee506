"""`llm_query`: a prompt of the task `query`, answered by the model that the policy decides for."""

from router.ops.text_tool import text_tool

OPERATION = text_tool("query", "General questions: answered by the cheapest model that does it well.", model=True, paths=True)
