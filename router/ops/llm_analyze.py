"""`llm_analyze`: a prompt of the task `analyze`, answered by the model that the policy decides for."""

from router.ops.text_tool import text_tool

OPERATION = text_tool("analyze", "Deep reasoning: debugging, design review, comparison.", paths=True)
