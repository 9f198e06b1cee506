"""`llm_research`: a prompt of the task `research`, answered by the model that the policy decides for."""

from router.ops.text_tool import text_tool

OPERATION = text_tool("research", "Questions that need the web: answered with sources.")
