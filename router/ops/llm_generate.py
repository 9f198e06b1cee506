"""`llm_generate`: a prompt of the task `generate`, answered by the model that the policy decides for."""

from router.ops.text_tool import text_tool

OPERATION = text_tool("generate", "Writing: prose, summaries, ideas.")
