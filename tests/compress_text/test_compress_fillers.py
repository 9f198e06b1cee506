"""The closed list: what goes as filler, and what never does."""

import pytest

from router.compress.text.fillers import FillerKind, load_fillers
from router.compress.text.linear import compiled

START = """Great question!
That's a great question.
What a great question!
Thanks for sharing your code!
Thank you for reaching out!
I'd be happy to help you with that!
Happy to help.
Hi there!
I can certainly help you with that!
I see what you're trying to do.
Great question! 😊
You’re welcome!
Sure thing!
Good catch!
Thanks for the detailed description!
I apologize for the confusion.
I'd be happy to help you debug this issue.
Gute Frage!
Excellente question !
¡Buena pregunta!"""
END = """I hope this helps!
Hopefully this helps!
I hope this helps you understand the concept better!
I hope that clarifies things!
Let me know if you have any other questions.
Let me know if you'd like me to explain any part in more detail.
Let me know if you have any other questions or if there's anything else I can help with!
Please let me know if you need further assistance.
Feel free to reach out if you have any further questions.
If you have any further questions or need additional clarification, please let me know.
Should you have any further questions, feel free to ask.
Is there anything else you'd like to know?
Happy coding! 🚀
Good luck with your project!
I'm here to help if you have any questions.
Let me know how it goes!
Let me know if you want tests for the parser.
Let me know if you'd like me to adjust the script.
If you'd like, I can also write the tests for you.
I'd be happy to dive deeper into any of these topics.
Happy to elaborate on any of these points.
Feel free to adapt the code to your needs.
And that's it!
Hope that helps :)
Ich hoffe, das hilft dir weiter!
Lass mich wissen, falls du weitere Fragen hast.
J'espère que cela vous aide !
¡Espero que esto te ayude!
Espero que isso ajude!
Spero che questo ti aiuti!"""
ANYWHERE = """Let's dive right in.
Let me walk you through it.
Let me break this down for you.
Let's break it down step by step.
Now, let's get into the details.
Let me explain how this works."""
BEFORE_CODE = """Here's the code:
Here is the solution:
You can do it like this:"""
GO = [("start", s) for s in START.splitlines()] + [("end", s) for s in END.splitlines()]
GO += [("anywhere", s) for s in ANYWHERE.splitlines()] + [
    ("before code", s) for s in BEFORE_CODE.splitlines()
]
STAY = """Sure, but back up first.
You should not call this.
Let me know the version.
Let me know if the build fails.
Great question for the database team.
I hope you have a backup.
Feel free to delete the old column.
Feel free to ask if you have any of the 3 keys.
Let's dive into why the lock is held.
Let's look at the code in `a.py`.
If you need more memory, raise the limit.
If you have questions about the migration, ask the owner of the table.
If you need help, run the doctor.
Is there anything else in the log?
Don't hesitate to ask!
No problem!
Would you like to merge?
Here's the old code:
Here's an example:
Good luck with the "root" account.
Let me explain why src/a.py fails.
Happy coding is_not_a_name!
Restart the server.
Let me know if you want the old column dropped before the deploy.
Let me know if you need the migration, since it locks the table.
Let me know if you prefer `gzip`.
If you'd like, I can delete the branch.
If you want, I can show it; the server must be stopped.
Would you like me to delete the old table?
Let me know which option you prefer.
You're absolutely right!
I apologize for the wrong figure.
Feel free to change the port to whatever is free.
Happy to write the parser.
That's it for the first step.
Ich hoffe, du hast ein Backup.
Lass mich wissen, welche Version läuft."""
PLACES = ("start", "end", "anywhere", "before code")


@pytest.mark.parametrize(("place", "sentence"), GO)
def test_a_sentence_that_says_nothing_is_known(place: str, sentence: str) -> None:
    assert load_fillers().kind_of(sentence, place)  # type: ignore[arg-type]


@pytest.mark.parametrize("sentence", STAY.splitlines())
def test_a_sentence_that_says_something_is_no_filler(sentence: str) -> None:
    assert [load_fillers().kind_of(sentence, place) for place in PLACES] == [None] * 4  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "word", ["not", "never", "no", "`x`", "3", "src/a.py", '"now"', "config.yml", "--force"]
)
@pytest.mark.parametrize(("place", "sentence"), GO)
def test_a_word_that_matters_keeps_its_sentence(place: str, sentence: str, word: str) -> None:
    words = sentence.split(" ")
    for at in range(len(words) + 1):
        changed = " ".join([*words[:at], word, *words[at:]])
        assert load_fillers().kind_of(changed, place) is None, changed  # type: ignore[arg-type]


ANYTHING = FillerKind("anything", "end", (), frozenset({"modal", "condition"}), compiled(".*"))
NARROW = FillerKind("anything", "end", (), frozenset(), compiled(".*"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Do not go.",
        "Don't go.",
        "Don’t go.",
        "Go without it.",
        "Only go.",
        "It takes 3 of them.",
        "It costs €5.",
        "Use `x`.",
        "See src/a.py.",
        "See C:\\tmp.",
        "See config.yml.",
        'Say "now".',
        "Say “now”.",
        "Set --force.",
        "Set max_size.",
        "Set maxSize.",
        "Read RFC.",
        "See https://a.test.",
    ],
)
def test_whatever_the_list_says_a_protected_word_keeps_its_sentence(sentence: str) -> None:
    assert not ANYTHING.matches(sentence)
    assert ANYTHING.matches("Have a nice day.")


@pytest.mark.parametrize(
    "sentence", ["You may go.", "If so, go.", "Go when ready.", "You should go.", "Go unless told."]
)
def test_modal_verbs_and_conditions_need_leave(sentence: str) -> None:
    assert not NARROW.matches(sentence)
    assert ANYTHING.matches(sentence) == ("unless" not in sentence)
