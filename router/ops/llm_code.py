"""`llm_code`: a prompt of the task `code`, answered by the model that the policy decides for."""

from router.ops.text_tool import text_tool

OPERATION = text_tool("code", "Code: writing, refactoring, algorithms.", paths=True)
